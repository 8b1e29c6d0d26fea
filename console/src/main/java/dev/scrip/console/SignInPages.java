package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.SignInOutcome;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.time.Duration;

/** Signing in and out. */
@Path("/")
@RunOnVirtualThread
@Needs(Access.EVERYBODY)
class SignInPages {

    /**
     * The form.
     *
     * @param next the path to go to afterwards
     * @param fault why it did not work; empty: not tried yet
     * @param unverified right, but the mailed link was not followed
     */
    @CheckedTemplate(basePath = "")
    record SignInForm(String email, String next, String fault, boolean unverified)
            implements TemplateInstance {}

    private final Identity identity;
    private final Visitor visitor;
    private final Cookies cookies;

    SignInPages(Identity identity, Visitor visitor, Cookies cookies) {
        this.identity = identity;
        this.visitor = visitor;
        this.cookies = cookies;
    }

    @GET
    @Path("sign-in")
    public Response form(
            @QueryParam("next") @DefaultValue("/") String next,
            @QueryParam("email") @DefaultValue("") String email) {
        return visitor.isSignedIn()
                ? Pages.redirect(Links.local(next))
                : Pages.show(new SignInForm(email, Links.local(next), "", false));
    }

    @POST
    @Path("sign-in")
    public Response signIn(
            @FormParam("email") @DefaultValue("") String email,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("next") @DefaultValue("/") String next,
            @HeaderParam(HttpHeaders.USER_AGENT) @DefaultValue("") String userAgent,
            HttpServerRequest request) {
        String goal = Links.local(next);
        String address = request.remoteAddress().hostAddress();
        return switch (identity.signIn(email, password, userAgent, address)) {
            case SignInOutcome.SignedIn(_, String sessionToken) -> entered(sessionToken, goal);
            case SignInOutcome.Wrong() ->
                    refused(
                            Status.UNAUTHORIZED,
                            new SignInForm(
                                    email,
                                    goal,
                                    "The e-mail address or the password is wrong.",
                                    false));
            case SignInOutcome.NotVerified(_) ->
                    refused(
                            Status.FORBIDDEN,
                            new SignInForm(
                                    email,
                                    goal,
                                    "Verify your address first: follow the link we mailed to you.",
                                    true));
            case SignInOutcome.TooMany(Duration wait) ->
                    Response.fromResponse(
                                    refused(
                                            Status.TOO_MANY_REQUESTS,
                                            new SignInForm(email, goal, tooMany(wait), false)))
                            .header(HttpHeaders.RETRY_AFTER, wait.toSeconds() + 1)
                            .build();
        };
    }

    @POST
    @Path("sign-out")
    public Response signOut() {
        if (visitor.isSignedIn()) {
            identity.signOut(visitor.sessionToken());
        }
        return Response.fromResponse(Pages.redirect("/sign-in"))
                .cookie(cookies.gone(Cookies.SESSION), cookies.gone(Cookies.ORGANIZATION))
                .build();
    }

    private Response entered(String sessionToken, String goal) {
        if (visitor.isSignedIn()) {
            identity.signOut(visitor.sessionToken()); // this browser's session before
        }
        return Response.fromResponse(Pages.redirect(goal))
                .cookie(cookies.hidden(Cookies.SESSION, sessionToken, Identity.SESSION_LIFE))
                .build();
    }

    private static Response refused(Status status, SignInForm form) {
        return Pages.show(status, form);
    }

    private static String tooMany(Duration wait) {
        long minutes = wait.toMinutes() + 1;
        return "Too many tries. Try again in "
                + (minutes == 1 ? "a minute" : minutes + " minutes")
                + ", or choose a new password.";
    }
}
