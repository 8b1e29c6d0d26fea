package dev.scrip.alerts;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.ledger.LedgerEvent;
import dev.scrip.ledger.Subject;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Whose wallet or limit a letter is about.
 *
 * @param name begins a sentence: {@code Project "Web" of Analytical Engines}
 * @param usage what stands behind the address of the usage page to see it alone; empty: all of it
 */
record LimitOwner(String name, String usage) {

    private static final int NAME_CHARACTERS_MAX = 64;

    static LimitOwner of(
            LedgerEvent event,
            Organization organization,
            Organizations organizations,
            Identity identity) {
        Subject subject = event.subject();
        if (subject == null || subject.kind() == Subject.Kind.ORGANIZATION) {
            return new LimitOwner(organization.name(), "");
        }
        LimitOwner owner =
                switch (subject.kind()) {
                    case ORGANIZATION -> throw new IllegalStateException("named above");
                    case PROJECT -> project(organization, number(subject), organizations);
                    case API_KEY -> apiKey(organization, number(subject), organizations);
                    case MEMBER -> member(number(subject), identity);
                    case END_USER -> endUser(subject.id());
                };
        return new LimitOwner(
                "%s of %s".formatted(owner.name(), organization.name()), owner.usage());
    }

    private static LimitOwner project(
            Organization organization, long projectId, Organizations organizations) {
        String printed = Ids.print(Project.PREFIX, projectId);
        String name =
                organizations.projects(organization.id()).stream()
                        .filter(project -> project.id() == projectId)
                        .map(Project::name)
                        .findFirst()
                        .orElse(printed);
        return new LimitOwner("Project \"%s\"".formatted(name), "?project=" + printed);
    }

    private static LimitOwner apiKey(
            Organization organization, long keyId, Organizations organizations) {
        String printed = Ids.print(ApiKey.PREFIX, keyId);
        String name =
                organizations.keys(organization.id()).stream()
                        .filter(key -> key.id() == keyId)
                        .map(key -> "%s\" (%s…%s)".formatted(key.name(), key.start(), key.end()))
                        .findFirst()
                        .orElse(printed + "\"");
        return new LimitOwner("API key \"" + name, "?key=" + printed);
    }

    private static LimitOwner member(long userId, Identity identity) {
        return new LimitOwner(
                "Member %s".formatted(identity.user(userId).map(User::name).orElse("who left")),
                "?member=" + Ids.print("user_", userId));
    }

    /** The name came with a request: it is one line here, and no letter of its own. */
    private static LimitOwner endUser(String given) {
        String line = given.replaceAll("\\s+|\\p{Cntrl}+", " ").strip();
        String name =
                line.codePointCount(0, line.length()) <= NAME_CHARACTERS_MAX
                        ? line
                        : line.substring(0, line.offsetByCodePoints(0, NAME_CHARACTERS_MAX)) + "…";
        return new LimitOwner(
                "End user \"%s\"".formatted(name),
                given.equals(name)
                        ? "?end_user=" + URLEncoder.encode(given, StandardCharsets.UTF_8)
                        : "");
    }

    private static long number(Subject subject) {
        return Long.parseLong(subject.id());
    }
}
