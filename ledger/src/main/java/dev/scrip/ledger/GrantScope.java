package dev.scrip.ledger;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a grant may be used for.
 *
 * @param models their names, which are only names here; empty: every model
 * @param projects empty: every project
 */
public record GrantScope(Set<String> models, Set<Long> projects) {

    /** For everything. */
    public static final GrantScope ANY = new GrantScope(Set.of(), Set.of());

    public GrantScope {
        models = Set.copyOf(models);
        projects = Set.copyOf(projects);
    }

    public boolean isAny() {
        return models.isEmpty() && projects.isEmpty();
    }

    /** May a request of this project for this model use it? */
    boolean admits(long projectId, String model) {
        return (models.isEmpty() || models.contains(model))
                && (projects.isEmpty() || projects.contains(projectId));
    }

    /** How many kinds of bounds it has: credit with more is used first. */
    int narrowness() {
        return (models.isEmpty() ? 0 : 1) + (projects.isEmpty() ? 0 : 1);
    }

    /** One text for one scope, however it was put together; for the pool's key in the tables. */
    String text() {
        return "projects="
                + new TreeSet<>(projects)
                        .stream().map(String::valueOf).collect(Collectors.joining(","))
                + ";models="
                + String.join(",", new TreeSet<>(models));
    }
}
