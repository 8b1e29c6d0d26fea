package dev.scrip.console;

import jakarta.annotation.Priority;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a request of the console is from and whether they may open the page. A filter of
 * the pages rather than an authentication mechanism of the whole server: requests of the gateway
 * never pass here.
 */
@Provider
@Priority(Priorities.AUTHENTICATION)
class VisitorFilter implements ContainerRequestFilter {

    private final Recognition recognition;
    private final Visitor visitor;
    private final ResourceInfo page;

    VisitorFilter(Recognition recognition, Visitor visitor, ResourceInfo page) {
        this.recognition = recognition;
        this.visitor = visitor;
        this.page = page;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        recognition.recognize(request.getCookies());
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
