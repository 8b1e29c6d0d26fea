package dev.scrip.console;

import dev.scrip.identity.SignUp;
import dev.scrip.identity.TokenOutcome;
import dev.scrip.notifications.Outbox;
import dev.scrip.onboarding.Onboarding;
import dev.scrip.onboarding.SignUpAnswer;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;

/** From a stranger to a verified user: the form, the wait for the mail, the link in it. */
@Path("/")
@RunOnVirtualThread
@Needs(Access.EVERYBODY)
class SignUpPages {

    /** The form as it was sent, and what is wrong with one of its fields. */
    @CheckedTemplate(basePath = "")
    record SignUpForm(String name, String email, String organization, FormFault fault)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record CheckMail(String email, boolean delivers) implements TemplateInstance {}

    /**
     * A link that did not work.
     *
     * @param reason what is the matter with it, and what to do
     * @param email where a new link can go, if it is known
     */
    @CheckedTemplate(basePath = "")
    record VerifyFault(String title, String reason, String email, boolean used)
            implements TemplateInstance {}

    private final Onboarding onboarding;
    private final Outbox outbox;
    private final Visitor visitor;
    private final Flash flash;

    SignUpPages(Onboarding onboarding, Outbox outbox, Visitor visitor, Flash flash) {
        this.onboarding = onboarding;
        this.outbox = outbox;
        this.visitor = visitor;
        this.flash = flash;
    }

    @GET
    @Path("sign-up")
    public Response form() {
        return visitor.isSignedIn()
                ? Pages.redirect("/")
                : Pages.show(new SignUpForm("", "", "", FormFault.NONE));
    }

    @POST
    @Path("sign-up")
    public Response signUp(
            @FormParam("name") @DefaultValue("") String name,
            @FormParam("email") @DefaultValue("") String email,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("organization") @DefaultValue("") String organization) {
        SignUpAnswer answer = onboarding.signUp(new SignUp(email, password, name), organization);
        return switch (answer) {
            case SignUpAnswer.MailSent(String to) -> checkMailAt(to);
            case SignUpAnswer.Invalid(String field, String reason) ->
                    Pages.refused(
                            new SignUpForm(
                                    name, email, organization, new FormFault(field, reason)));
        };
    }

    @GET
    @Path("check-mail")
    public Response checkMail(@QueryParam("email") @DefaultValue("") String email) {
        return Pages.show(new CheckMail(email, outbox.delivers()));
    }

    @POST
    @Path("check-mail")
    public Response resend(@FormParam("email") @DefaultValue("") String email) {
        onboarding.resendVerification(email);
        flash.say("If this address waits for verification, a new link is on its way.");
        return checkMailAt(email);
    }

    @GET
    @Path("verify")
    public Response verify(@QueryParam("token") @DefaultValue("") String token) {
        return switch (onboarding.verify(token)) {
            case TokenOutcome.Good(var user) -> {
                flash.say("Your e-mail address is verified. Sign in to begin.");
                yield Pages.redirect("/sign-in?email=" + Links.encode(user.email()));
            }
            case TokenOutcome.Used() ->
                    Pages.refused(
                            new VerifyFault(
                                    "This link was used before",
                                    "The address is verified already: sign in.",
                                    "",
                                    true));
            case TokenOutcome.Expired(var user) ->
                    Pages.refused(
                            new VerifyFault(
                                    "This link has expired",
                                    "A verification link works for 24 hours. Have a new one sent.",
                                    user.email(),
                                    false));
            case TokenOutcome.Unknown() ->
                    Pages.refused(
                            new VerifyFault(
                                    "This link does not work",
                                    "It may be cut off, or a newer mail has replaced it. Open the"
                                            + " newest mail and copy the whole link, or have a new one"
                                            + " sent.",
                                    "",
                                    false));
        };
    }

    private static Response checkMailAt(String email) {
        return Pages.redirect("/check-mail?email=" + Links.encode(email));
    }
}
