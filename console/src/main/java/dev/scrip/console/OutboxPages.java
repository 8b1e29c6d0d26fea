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
     * @param newest the address of the list's beginning; empty: this is it
     * @param older the address of the next page; empty: this is the last
     */
    @CheckedTemplate(basePath = "")
    record OutboxList(List<Row> rows, String search, boolean delivers, String newest, String older)
            implements TemplateInstance {}

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
        String all = "/operator/outbox?search=" + Links.encode(search);
        String older =
                mails.size() > PAGE_SIZE ? all + "&before=" + rows.getLast().entry().id() : "";
        return Pages.show(
                new OutboxList(rows, search, outbox.delivers(), before == null ? "" : all, older));
    }
}
