package dev.scrip.console;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** Every address that no page has, so that it too is answered within the layout. */
@Path("/")
@RunOnVirtualThread
@Needs(Access.EVERYBODY)
class MissingPages {

    /** Not what belongs to the gateway and to the server's own probes. */
    @GET
    @Path("{path: (?!v1/|v1$|q/).+}")
    public Response missing() {
        throw new NotFoundException();
    }
}
