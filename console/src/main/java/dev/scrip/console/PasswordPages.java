package dev.scrip.console;

import dev.scrip.identity.ResetOutcome;
import dev.scrip.notifications.Outbox;
import dev.scrip.onboarding.Onboarding;
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

/** A new password for who forgot theirs, by a mailed link. */
@Path("/")
@RunOnVirtualThread
@Needs(Access.EVERYBODY)
class PasswordPages {

    @CheckedTemplate(basePath = "")
    record ForgotPassword(String email) implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record ForgotPasswordSent(String email, boolean delivers) implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record ResetPassword(String token, String fault) implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record ResetFault(String title, String reason, String email) implements TemplateInstance {}

    private final Onboarding onboarding;
    private final Outbox outbox;
    private final Flash flash;

    PasswordPages(Onboarding onboarding, Outbox outbox, Flash flash) {
        this.onboarding = onboarding;
        this.outbox = outbox;
        this.flash = flash;
    }

    @GET
    @Path("forgot-password")
    public Response forgot(
            @QueryParam("email") @DefaultValue("") String email,
            @QueryParam("sent") @DefaultValue("false") boolean sent) {
        return Pages.show(
                sent
                        ? new ForgotPasswordSent(email, outbox.delivers())
                        : new ForgotPassword(email));
    }

    @POST
    @Path("forgot-password")
    public Response send(@FormParam("email") @DefaultValue("") String email) {
        onboarding.forgotPassword(email);
        return Pages.redirect("/forgot-password?sent=true&email=" + Links.encode(email));
    }

    @GET
    @Path("reset-password")
    public Response form(@QueryParam("token") @DefaultValue("") String token) {
        return Pages.show(new ResetPassword(token, ""));
    }

    @POST
    @Path("reset-password")
    public Response reset(
            @FormParam("token") @DefaultValue("") String token,
            @FormParam("password") @DefaultValue("") String password) {
        return switch (onboarding.resetPassword(token, password)) {
            case ResetOutcome.Changed(var user) -> {
                flash.say("Your password is changed, and every session is ended. Sign in anew.");
                yield Pages.redirect("/sign-in?email=" + Links.encode(user.email()));
            }
            case ResetOutcome.PasswordRefused(String reason) ->
                    Pages.refused(new ResetPassword(token, reason));
            case ResetOutcome.Used() ->
                    fault("This link was used before", "Each link changes the password once.", "");
            case ResetOutcome.Expired(var user) ->
                    fault("This link has expired", "It works for one hour.", user.email());
            case ResetOutcome.Unknown() ->
                    fault(
                            "This link does not work",
                            "It may be cut off, or a newer mail has replaced it.",
                            "");
        };
    }

    private static Response fault(String title, String reason, String email) {
        return Pages.refused(new ResetFault(title, reason, email));
    }
}
