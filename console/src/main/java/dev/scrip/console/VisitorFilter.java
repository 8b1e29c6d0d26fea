package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.Session;
import dev.scrip.organizations.Membership;
import dev.scrip.organizations.Organizations;
import jakarta.annotation.Priority;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a request of the console is from and whether they may. A filter of the pages rather
 * than an authentication mechanism of the whole server: requests of the gateway never pass here.
 */
@Provider
@Priority(Priorities.AUTHENTICATION)
class VisitorFilter implements ContainerRequestFilter {

    private final Identity identity;
    private final Organizations organizations;
    private final Visitor visitor;
    private final ResourceInfo page;

    VisitorFilter(
            Identity identity, Organizations organizations, Visitor visitor, ResourceInfo page) {
        this.identity = identity;
        this.organizations = organizations;
        this.visitor = visitor;
        this.page = page;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Map<String, Cookie> cookies = request.getCookies();
        String token = Cookies.value(cookies, Cookies.SESSION);
        if (!token.isEmpty()) {
            identity.session(token).ifPresent(session -> enter(token, session, cookies));
        }
        Access needed = needed(page.getResourceMethod(), page.getResourceClass());
        if (visitor.may(needed)) {
            return;
        }
        if (!visitor.isSignedIn()) {
            request.abortWith(Pages.redirect(signIn(request)));
        } else if (visitor.memberships().isEmpty() && needed != Access.OPERATOR) {
            request.abortWith(Pages.redirect("/organizations"));
        } else {
            throw new ForbiddenException();
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

    private static Access needed(@Nullable Method method, @Nullable Class<?> type) {
        Needs needs = method == null ? null : method.getAnnotation(Needs.class);
        if (needs == null && type != null) {
            needs = type.getAnnotation(Needs.class);
        }
        return needs == null ? Access.MEMBER : needs.value();
    }

    /**
     * After signing in they come back to the page they wanted, but never to the middle of a form.
     */
    private static String signIn(ContainerRequestContext request) {
        if (!request.getMethod().equals(HttpMethod.GET)) {
            return "/sign-in";
        }
        String wanted = request.getUriInfo().getRequestUri().getRawPath();
        String query = request.getUriInfo().getRequestUri().getRawQuery();
        if (query != null) {
            wanted += "?" + query;
        }
        return wanted.equals("/") ? "/sign-in" : "/sign-in?next=" + Links.encode(wanted);
    }
}
