package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.identity.Session;
import dev.scrip.identity.User;
import dev.scrip.organizations.Membership;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Role;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisitorTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void aStrangerMayOpenOnlyWhatIsForEverybody() {
        Visitor stranger = new Visitor();

        assertThat(Arrays.stream(Access.values()).filter(stranger::may))
                .containsExactly(Access.EVERYBODY);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    OWNER,     EVERYBODY SIGNED_IN MEMBER MANAGE_KEYS PAY
                    BILLING,   EVERYBODY SIGNED_IN MEMBER PAY
                    DEVELOPER, EVERYBODY SIGNED_IN MEMBER MANAGE_KEYS
                    VIEWER,    EVERYBODY SIGNED_IN MEMBER
                    """)
    void aRoleMayWhatItIsFor(Role role, String may) {
        Membership membership = new Membership(new Organization(11, "Engines", false, AT), 5, role);
        Visitor visitor = visitor(false, List.of(membership));

        assertThat(Arrays.stream(Access.values()).filter(visitor::may))
                .extracting(Access::name)
                .containsExactly(may.split(" "));
    }

    @Test
    void anOperatorWithoutAnOrganizationMayOpenTheOperatorsPages() {
        Visitor operator = visitor(true, List.of());

        assertThat(Arrays.stream(Access.values()).filter(operator::may))
                .containsExactly(Access.EVERYBODY, Access.SIGNED_IN, Access.OPERATOR);
        assertThat(Navigation.of(operator, "/operator/outbox"))
                .flatExtracting(Navigation.Section::items)
                .filteredOn(Navigation.Item::current)
                .extracting(Navigation.Item::name)
                .containsExactly("Outbox");
    }

    private static Visitor visitor(boolean operator, List<Membership> memberships) {
        User user = new User(5, "ada@example.com", "Ada", true, operator, AT);
        Session session = new Session(7, user, "", "127.0.0.1", AT, AT, AT);
        Visitor visitor = new Visitor();
        visitor.signedIn("token", session, memberships, memberships.stream().findFirst());
        return visitor;
    }
}
