package dev.scrip.console;

import dev.scrip.notifications.Outbox;
import dev.scrip.notifications.OutboxMail;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The operator's view of every mail, delivered or waiting. */
@Path("/operator/outbox")
@RunOnVirtualThread
@Needs(Access.OPERATOR)
class OutboxPages {

    private static final int PAGE_SIZE = 25;

    /** A mail with its text cut where its links are. */
    record Row(OutboxMail entry, List<LinkedText.Part> parts) {

        public String state() {
            if (entry.sentAt() != null) {
                return "Sent";
            }
            return entry.lastError() == null ? "Waiting" : "Failed";
        }
    }

    /**
     * @param next the id that the next page begins behind; null: this is the last
     */
    @CheckedTemplate(basePath = "")
    record OutboxList(
            List<Row> rows, String search, boolean delivers, boolean first, @Nullable Long next)
            implements TemplateInstance {

        public String firstLink() {
            return first ? "" : "/operator/outbox?search=" + Links.encode(search);
        }

        public String nextLink() {
            return next == null
                    ? ""
                    : "/operator/outbox?search=" + Links.encode(search) + "&before=" + next;
        }
    }

    private final Outbox outbox;

    OutboxPages(Outbox outbox) {
        this.outbox = outbox;
    }

    @GET
    public Response list(
            @QueryParam("search") @DefaultValue("") String search,
            @QueryParam("before") @Nullable Long before) {
        List<OutboxMail> mails =
                outbox.mails(search.strip(), Optional.ofNullable(before), PAGE_SIZE + 1);
        List<Row> rows =
                mails.stream()
                        .limit(PAGE_SIZE)
                        .map(entry -> new Row(entry, LinkedText.parts(entry.mail().text())))
                        .toList();
        Long next = mails.size() > PAGE_SIZE ? rows.getLast().entry().id() : null;
        return Pages.show(new OutboxList(rows, search, outbox.delivers(), before == null, next));
    }
}
