package dev.scrip.console;

import dev.scrip.identity.User;
import dev.scrip.ledger.Incarnation;
import dev.scrip.ledger.Ledger;
import dev.scrip.money.Money;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** The processes that serve this installation, what each was lent, and stating that one is dead. */
@Path("/operator/processes")
@Needs(Access.OPERATOR)
@RunOnVirtualThread
class ProcessPages {

    private static final int REASON_CHARACTERS_MAX = 200;

    /** Whoever was heard of within this lives. */
    private static final Duration MISSING_AFTER = Duration.ofSeconds(15);

    /**
     * A process with its state in words.
     *
     * @param badge "good", "soon" or "plain"
     */
    record Row(Incarnation process, String state, String badge) {

        static Row of(Incarnation process, Instant now) {
            boolean heard = process.seenAt().isAfter(now.minus(MISSING_AFTER));
            return switch (process.state()) {
                case LIVE ->
                        heard
                                ? new Row(process, "Serving", "good")
                                : new Row(process, "Not heard of", "soon");
                case BURYING -> new Row(process, "Being buried", "soon");
                case DEAD -> new Row(process, "Dead", "plain");
            };
        }

        public boolean isDead() {
            return process.state() == Incarnation.State.DEAD;
        }

        public boolean isServing() {
            return badge.equals("good");
        }

        public String id() {
            return process.id().toString();
        }
    }

    /**
     * @param all the dead ones too
     * @param living how many may hold money
     * @param dead how many hold none, for good
     * @param inRecovery of what is outstanding, that of processes that are not heard of
     */
    @CheckedTemplate(basePath = "")
    record OperatorProcesses(
            List<Row> rows,
            boolean all,
            long living,
            long dead,
            Money outstanding,
            Money inRecovery)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "")
    record OperatorBury(Row row, String reason, String fault) implements TemplateInstance {}

    private final Ledger ledger;
    private final Visitor visitor;
    private final Page page;
    private final Flash flash;
    private final InstantSource clock;

    ProcessPages(Ledger ledger, Visitor visitor, Page page, Flash flash, InstantSource clock) {
        this.ledger = ledger;
        this.visitor = visitor;
        this.page = page;
        this.flash = flash;
        this.clock = clock;
    }

    @GET
    public Response list(@RestQuery @DefaultValue("") String all) {
        boolean dead = all.equals("yes");
        List<Row> rows = rows();
        return Pages.show(
                new OperatorProcesses(
                        rows.stream().filter(row -> dead || !row.isDead()).toList(),
                        dead,
                        rows.stream().filter(row -> !row.isDead()).count(),
                        rows.stream().filter(Row::isDead).count(),
                        outstanding(rows.stream()),
                        outstanding(rows.stream().filter(row -> !row.isServing()))));
    }

    private static Money outstanding(Stream<Row> rows) {
        return rows.map(row -> row.process().outstanding()).reduce(Money.ZERO, Money::plus);
    }

    /** Asks how it is known, and says what burying does. Buries nothing. */
    @GET
    @Path("/bury")
    public Response question(@RestQuery @DefaultValue("") String id) {
        return Pages.show(new OperatorBury(find(id), "", ""));
    }

    @POST
    @Path("/bury")
    public Response bury(
            @RestForm @DefaultValue("") String id, @RestForm @DefaultValue("") String reason) {
        Row row = find(id);
        String why = reason.strip();
        String fault = fault(row, why);
        if (!fault.isEmpty()) {
            return Pages.refused(new OperatorBury(row, why, fault));
        }
        User operator = visitor.user();
        ledger.bury(
                row.process().id(),
                "stated by %s <%s> at %s: %s"
                        .formatted(
                                operator.name(),
                                operator.email(),
                                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                                why));
        flash.say(
                "Process %s is buried; %s came back to its organizations."
                        .formatted(row.id(), page.exact(row.process().outstanding())));
        return Pages.redirect("/operator/processes?all=yes");
    }

    private static String fault(Row row, String reason) {
        if (row.isServing()) {
            return "It was heard of just now, so it is not dead. End it first.";
        }
        return reason.isEmpty() || reason.length() > REASON_CHARACTERS_MAX
                ? "Say how it is known that it is dead, in at most %d characters."
                        .formatted(REASON_CHARACTERS_MAX)
                : "";
    }

    /** Those that may hold money first, the newest first among them. */
    private List<Row> rows() {
        Instant now = clock.instant();
        return ledger.incarnations().stream()
                .sorted(
                        Comparator.comparing(
                                        (Incarnation each) ->
                                                each.state() == Incarnation.State.DEAD)
                                .thenComparing(Incarnation::enlistedAt, Comparator.reverseOrder()))
                .map(each -> Row.of(each, now))
                .toList();
    }

    /** One that is not dead yet. */
    private Row find(String id) {
        return rows().stream()
                .filter(row -> row.id().equals(id) && !row.isDead())
                .findFirst()
                .orElseThrow(NotFoundException::new);
    }
}
