package dev.scrip.console;

import dev.scrip.identity.Session;
import dev.scrip.identity.User;
import dev.scrip.organizations.Membership;
import dev.scrip.organizations.Organization;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who this request is from; filled in by {@link VisitorFilter}, read by pages and templates. */
@RequestScoped
@Named("visitor")
public class Visitor {

    private @Nullable Session session;
    private String sessionToken = "";
    private List<Membership> memberships = List.of();
    private @Nullable Membership current;

    void signedIn(
            String token,
            Session session,
            List<Membership> memberships,
            Optional<Membership> current) {
        this.sessionToken = token;
        this.session = session;
        this.memberships = List.copyOf(memberships);
        this.current = current.orElse(null);
    }

    String sessionToken() {
        return sessionToken;
    }

    public boolean isSignedIn() {
        return session != null;
    }

    /** Their session; only on pages that need a visitor who is signed in. */
    public Session session() {
        return required(session, "nobody is signed in");
    }

    public User user() {
        return session().user();
    }

    public boolean isOperator() {
        return session != null && session.user().operator();
    }

    /** All organizations they belong to, by name. */
    public List<Membership> memberships() {
        return memberships;
    }

    public boolean isMember() {
        return current != null;
    }

    /** Their place in the organization they are looking at; only on pages that need a member. */
    public Membership membership() {
        return required(current, "no current organization");
    }

    public Organization organization() {
        return membership().organization();
    }

    public long organizationId() {
        return organization().id();
    }

    public boolean mayPay() {
        return current != null && current.role().mayPay();
    }

    public boolean mayManageKeys() {
        return current != null && current.role().mayManageKeys();
    }

    boolean may(Access access) {
        return switch (access) {
            case EVERYBODY -> true;
            case SIGNED_IN -> isSignedIn();
            case MEMBER -> isMember();
            case MANAGE_KEYS -> mayManageKeys();
            case PAY -> mayPay();
            case OPERATOR -> isOperator();
        };
    }

    private static <T> T required(@Nullable T value, String fault) {
        if (value == null) {
            throw new IllegalStateException(fault);
        }
        return value;
    }
}
