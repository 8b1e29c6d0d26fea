package dev.scrip.console;

import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.net.URI;

/** Answers of pages. Templates are rendered here, on the page's own thread. */
final class Pages {

    private static final MediaType HTML = MediaType.TEXT_HTML_TYPE.withCharset("utf-8");

    private Pages() {}

    static Response show(TemplateInstance page) {
        return show(Status.OK, page);
    }

    /** A form again, with what is wrong with it. */
    static Response refused(TemplateInstance page) {
        return show(Status.BAD_REQUEST, page);
    }

    static Response show(Status status, TemplateInstance page) {
        return Response.status(status).type(HTML).entity(page.render()).build();
    }

    /** Done: on to a page of this server that can be reloaded. */
    static Response redirect(String path) {
        return Response.seeOther(URI.create(path)).build();
    }
}
