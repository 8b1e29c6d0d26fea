package dev.scrip.console;

import dev.scrip.ledger.GrantScope;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What credit may be used for, in words. */
final class GrantScopes {

    private final Map<Long, String> projects;

    GrantScopes(List<Project> projects) {
        this.projects = projects.stream().collect(Collectors.toMap(Project::id, Project::name));
    }

    /** "gpt-x or gpt-y in project Web"; "everything". */
    String words(GrantScope scope) {
        if (scope.isAny()) {
            return "everything";
        }
        List<String> parts = new ArrayList<>();
        if (!scope.models().isEmpty()) {
            parts.add(either(scope.models().stream().sorted()));
        }
        if (!scope.projects().isEmpty()) {
            String named = either(scope.projects().stream().map(this::name).sorted());
            parts.add((parts.isEmpty() ? "everything in project " : "in project ") + named);
        }
        return String.join(" ", parts);
    }

    private String name(long project) {
        return projects.getOrDefault(project, Ids.print(Project.PREFIX, project));
    }

    private static String either(Stream<String> names) {
        return names.collect(Collectors.joining(" or "));
    }
}
