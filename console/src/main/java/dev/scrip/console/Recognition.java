package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.Session;
import dev.scrip.organizations.Membership;
import dev.scrip.organizations.Organizations;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Cookie;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out who a request of the console is from, by its cookies. Asks the database. */
@ApplicationScoped
class Recognition {

    private final Identity identity;
    private final Organizations organizations;
    private final Visitor visitor;

    Recognition(Identity identity, Organizations organizations, Visitor visitor) {
        this.identity = identity;
        this.organizations = organizations;
        this.visitor = visitor;
    }

    /** Fills in the request's {@link Visitor}; doing it again changes nothing. */
    void recognize(Map<String, Cookie> cookies) {
        String token = Cookies.value(cookies, Cookies.SESSION);
        if (!token.isEmpty() && !visitor.isSignedIn()) {
            identity.session(token).ifPresent(session -> enter(token, session, cookies));
        }
    }

    private void enter(String token, Session session, Map<String, Cookie> cookies) {
        List<Membership> memberships = organizations.memberships(session.user().id());
        String chosen = Cookies.value(cookies, Cookies.ORGANIZATION);
        Optional<Membership> current =
                memberships.stream()
                        .filter(each -> Long.toString(each.organization().id()).equals(chosen))
                        .findFirst()
                        .or(() -> memberships.stream().findFirst());
        visitor.signedIn(token, session, memberships, current);
    }
}
