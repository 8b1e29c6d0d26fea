package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.ledger.Subject;
import dev.scrip.ledger.Subject.Kind;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whose spending an organization can limit, by name. In addresses and forms a subject is {@code
 * organization}, {@code project:proj_...}, {@code member:*} (each of them) and so on; an end user
 * is {@code end_user} with the name in a field of its own.
 */
final class LimitSubjects {

    /** The longest name of an end user that can be limited. */
    static final int END_USER_CHARACTERS_MAX = 256;

    static final String END_USER = "end_user";
    static final String MEMBER_PREFIX = "user_";

    private static final String ORGANIZATION = "organization";

    /** One line of the form's list. */
    record Choice(String value, String name) {}

    /** The lines under one heading. */
    record Group(String name, List<Choice> choices) {}

    private final List<Project> projects;
    private final List<ApiKey> keys;
    private final Map<Long, String> members;
    private final Identity identity;

    private LimitSubjects(
            List<Project> projects,
            List<ApiKey> keys,
            Map<Long, String> members,
            Identity identity) {
        this.projects = projects;
        this.keys = keys;
        this.members = members;
        this.identity = identity;
    }

    static LimitSubjects of(Organizations organizations, Identity identity, long organizationId) {
        return new LimitSubjects(
                organizations.projects(organizationId),
                organizations.keys(organizationId),
                organizations.members(organizationId).stream()
                        .collect(
                                Collectors.toMap(
                                        Function.identity(), user -> nameOf(identity, user))),
                identity);
    }

    private static String nameOf(Identity identity, long user) {
        return identity.user(user).map(User::name).orElse("somebody who is gone");
    }

    /** "Project Web", "Each API key". */
    String name(Subject subject) {
        String kind = kindName(subject.kind());
        if (subject.isEach()) {
            return "Each " + startSmall(kind);
        }
        return switch (subject.kind()) {
            case ORGANIZATION -> "The organization";
            case PROJECT -> kind + " " + projectName(number(subject));
            case API_KEY -> kind + " " + keyName(number(subject));
            case MEMBER -> kind + " " + memberName(number(subject));
            case END_USER -> kind + " " + subject.id();
        };
    }

    static String kindName(Kind kind) {
        return switch (kind) {
            case ORGANIZATION -> "Organization";
            case PROJECT -> "Project";
            case API_KEY -> "API key";
            case MEMBER -> "Member";
            case END_USER -> "End user";
        };
    }

    /** Within a sentence: "project Web"; what begins with capitals keeps them. */
    static String startSmall(String name) {
        return name.startsWith("API")
                ? name
                : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private String projectName(long id) {
        return projects.stream()
                .filter(project -> project.id() == id)
                .map(Project::name)
                .findFirst()
                .orElse(Ids.print(Project.PREFIX, id));
    }

    private String keyName(long id) {
        return keys.stream()
                .filter(key -> key.id() == id)
                .map(UsageView::keyName)
                .findFirst()
                .orElse(Ids.print(ApiKey.PREFIX, id));
    }

    /** With everybody whose keys may have been used: the members, and who once made a key. */
    FilterParts parts() {
        Map<Long, String> people = new HashMap<>(members);
        for (ApiKey key : keys) {
            people.computeIfAbsent(key.createdBy(), this::memberName);
        }
        return new FilterParts(projects, keys, people);
    }

    private String memberName(long id) {
        String name = members.get(id);
        return name == null ? nameOf(identity, id) + " (no member now)" : name;
    }

    private static long number(Subject subject) {
        return Long.parseLong(subject.id());
    }

    /** How a form names a subject; an end user's own name is in the field beside it. */
    static String print(Subject subject) {
        return switch (subject.kind()) {
            case ORGANIZATION -> ORGANIZATION;
            case PROJECT -> "project:" + printId(Project.PREFIX, subject);
            case API_KEY -> "key:" + printId(ApiKey.PREFIX, subject);
            case MEMBER -> "member:" + printId(MEMBER_PREFIX, subject);
            case END_USER -> subject.isEach() ? END_USER + ":*" : END_USER;
        };
    }

    private static String printId(String prefix, Subject subject) {
        return subject.isEach() ? Subject.EACH : Ids.print(prefix, number(subject));
    }

    /**
     * Reads what {@link #print} wrote; empty unless it is of this organization and can still spend.
     */
    Optional<Subject> read(String whose, String endUser) {
        if (whose.equals(END_USER)) {
            boolean fits =
                    !endUser.isEmpty()
                            && !endUser.equals(Subject.EACH)
                            && endUser.length() <= END_USER_CHARACTERS_MAX;
            return fits ? Optional.of(Subject.endUser(endUser)) : Optional.empty();
        }
        return subjects().stream().filter(each -> print(each).equals(whose)).findFirst();
    }

    private List<Subject> subjects() {
        List<Subject> all = new ArrayList<>();
        all.add(Subject.organization());
        for (Kind kind : Kind.values()) {
            if (kind != Kind.ORGANIZATION) {
                all.add(Subject.each(kind));
                all.addAll(named(kind));
            }
        }
        return all;
    }

    private List<Subject> named(Kind kind) {
        return switch (kind) {
            case ORGANIZATION, END_USER -> List.of();
            case PROJECT -> projects.stream().map(each -> Subject.project(each.id())).toList();
            case API_KEY ->
                    keys.stream()
                            .filter(key -> key.revokedAt() == null)
                            .map(key -> Subject.apiKey(key.id()))
                            .toList();
            case MEMBER ->
                    members.entrySet().stream()
                            .sorted(Map.Entry.comparingByValue())
                            .map(member -> Subject.member(member.getKey()))
                            .toList();
        };
    }

    /** Those of one kind, each by its name. */
    List<Choice> choices(Kind kind) {
        return named(kind).stream().map(each -> new Choice(print(each), name(each))).toList();
    }

    /** What the form offers. */
    List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Choice> choices = new ArrayList<>();
            if (kind == Kind.ORGANIZATION) {
                choices.add(new Choice(ORGANIZATION, "The whole organization"));
            } else {
                choices.addAll(choices(kind));
                if (kind == Kind.END_USER) {
                    choices.add(new Choice(END_USER, "The end user named below"));
                }
                Subject each = Subject.each(kind);
                choices.add(new Choice(print(each), name(each) + ", with this much for itself"));
            }
            groups.add(new Group(kindName(kind), choices));
        }
        return groups;
    }
}
