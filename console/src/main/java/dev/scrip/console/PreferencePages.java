package dev.scrip.console;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.Set;

/** How a reader wants pages shown; kept in cookies of their browser. */
@Path("/")
@RunOnVirtualThread
@Needs(Access.EVERYBODY)
class PreferencePages {

    private static final Set<String> THEMES = Set.of("light", "dark", "system");

    private final Cookies cookies;

    PreferencePages(Cookies cookies) {
        this.cookies = cookies;
    }

    @POST
    @Path("theme")
    public Response theme(
            @FormParam("theme") @DefaultValue("system") String theme,
            @FormParam("next") @DefaultValue("/") String next) {
        String chosen = THEMES.contains(theme) ? theme : "system";
        return Response.fromResponse(Pages.redirect(Links.local(next)))
                .cookie(cookies.preference(Cookies.THEME, chosen))
                .build();
    }

    @POST
    @Path("zone")
    public Response zone(
            @FormParam("zone") @DefaultValue("UTC") String zone,
            @FormParam("next") @DefaultValue("/settings") String next) {
        String chosen = Page.zone(zone).isPresent() ? zone : "UTC";
        return Response.fromResponse(Pages.redirect(Links.local(next)))
                .cookie(cookies.preference(Cookies.ZONE, Links.encode(chosen)))
                .build();
    }
}
