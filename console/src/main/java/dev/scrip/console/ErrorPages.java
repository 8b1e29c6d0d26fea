package dev.scrip.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a reader sees when a page cannot be shown: what is the matter, and what to do next. */
@ApplicationScoped
class ErrorPages {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);

    @CheckedTemplate(basePath = "")
    record ErrorInside(String title, String reason) implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record ErrorOutside(String title, String reason) implements TemplateInstance {}

    private final Visitor visitor;
    private final Recognition recognition;
    private final HttpHeaders headers;

    ErrorPages(Visitor visitor, Recognition recognition, HttpHeaders headers) {
        this.visitor = visitor;
        this.recognition = recognition;
        this.headers = headers;
    }

    /**
     * An address that no page has. Nobody has looked yet who asks, and whoever looks waits for the
     * database, which the event loop must not.
     */
    @ServerExceptionMapper
    public Uni<Response> missing(NotFoundException fault) {
        return looked(fault.getResponse().getStatus());
    }

    /** A page that answers to forms alone. */
    @ServerExceptionMapper
    public Uni<Response> notAllowed(NotAllowedException fault) {
        return looked(fault.getResponse().getStatus());
    }

    private Uni<Response> looked(int status) {
        return Uni.createFrom()
                .item(
                        () -> {
                            recognition.recognize(headers.getCookies());
                            return page(status);
                        })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .onFailure()
                .recoverWithItem(this::broken);
    }

    @ServerExceptionMapper
    public Response refused(WebApplicationException fault) {
        Response response = fault.getResponse();
        if (response.getStatus() >= 500) {
            return broken(fault);
        }
        return response.getStatus() < 400 ? response : page(response.getStatus());
    }

    @ServerExceptionMapper
    public Response broken(Throwable fault) {
        String id = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("page failed, error {}", id, fault);
        return page(
                500,
                "Something went wrong here",
                "It is our fault, not yours. Try again; if it stays, tell the operator of this"
                        + " installation the error's number: "
                        + id
                        + ".");
    }

    /** The page of a status that says all there is to say. */
    Response page(int status) {
        return switch (status) {
            case 400 ->
                    page(
                            status,
                            "This form has gone stale",
                            "It was open for too long, or cookies are off. Go back, reload the page"
                                    + " and send it again; nothing was done.");
            case 403 ->
                    page(
                            status,
                            "This page is not for your role",
                            "Ask an owner of the organization, or switch to another organization.");
            case 404 ->
                    page(
                            status,
                            "There is no such page",
                            "The address may be mistyped, or what it showed belongs to another of"
                                    + " your organizations.");
            case 405 ->
                    page(
                            status,
                            "This page cannot be opened like that",
                            "It answers to a form. Go back and use the button there.");
            default -> page(status, "This cannot be shown", "Go back and try again.");
        };
    }

    private Response page(int status, String title, String reason) {
        TemplateInstance page =
                visitor.isSignedIn()
                        ? new ErrorInside(title, reason)
                        : new ErrorOutside(title, reason);
        return Pages.show(Response.Status.fromStatusCode(status), page);
    }
}
