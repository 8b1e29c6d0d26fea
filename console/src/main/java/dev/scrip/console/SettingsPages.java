package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.Session;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;

/** A user's own account: who they are, where they are signed in, how times are shown. */
@Path("/settings")
@RunOnVirtualThread
@Needs(Access.SIGNED_IN)
class SettingsPages {

    /** Names of regions; the abbreviations beside them mean different zones to different people. */
    private static final Pattern REGION =
            Pattern.compile(
                    "(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+");

    private static final List<String> ZONES =
            ZoneId.getAvailableZoneIds().stream()
                    .filter(name -> REGION.matcher(name).matches())
                    .sorted()
                    .toList();

    /**
     * @param current the one this page was asked with
     */
    record SessionRow(Session session, boolean current) {

        /** The browser in a few words. */
        public String browser() {
            return Browsers.describe(session.userAgent());
        }

        public String endPath() {
            return "/settings/sessions/" + session.id() + "/end";
        }
    }

    @CheckedTemplate(basePath = "")
    record Settings(List<SessionRow> sessions, List<String> zones, String zone)
            implements TemplateInstance {}

    private final Identity identity;
    private final Visitor visitor;
    private final Page page;
    private final Flash flash;

    SettingsPages(Identity identity, Visitor visitor, Page page, Flash flash) {
        this.identity = identity;
        this.visitor = visitor;
        this.page = page;
        this.flash = flash;
    }

    @GET
    public Response settings() {
        long here = visitor.session().id();
        List<SessionRow> sessions =
                identity.sessions(visitor.user().id()).stream()
                        .map(session -> new SessionRow(session, session.id() == here))
                        .toList();
        return Pages.show(new Settings(sessions, ZONES, page.zone().getId()));
    }

    @POST
    @Path("sessions/{id}/end")
    public Response endSession(@PathParam("id") long sessionId) {
        if (!identity.endSession(visitor.user().id(), sessionId)) {
            throw new NotFoundException();
        }
        flash.say("That browser is signed out.");
        return Pages.redirect("/settings");
    }
}
