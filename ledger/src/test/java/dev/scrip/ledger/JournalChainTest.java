package dev.scrip.ledger;

import static dev.scrip.ledger.LedgerFixture.START;
import static dev.scrip.ledger.LedgerFixture.wallet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.ledger.Entry.GrantDraw;
import dev.scrip.ledger.Entry.Posting;
import dev.scrip.ledger.LedgerFixture.Holder;
import dev.scrip.money.Money;
import dev.scrip.postgres.Ids;
import dev.scrip.postgres.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sealed cannot be changed unnoticed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JournalChainTest {

    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final LedgerFixture fixture = new LedgerFixture();
    private final Books books = new Books(fixture.database);
    private final ChainStore chain = new ChainStore();
    private long organization;

    /** Batches of one entry and of several, with and without draws, in one lane and in others. */
    @BeforeAll
    void fill() {
        organization = fixture.organization();
        PoolId wallet = wallet(organization);
        fixture.credit(organization, GrantKind.TRIAL, "1.00", null);
        fixture.credit(organization, "9.00");
        fixture.credit(fixture.organization(), "9.00");
        Holder holder = fixture.process();
        holder.demand(wallet, "3.00", "3.00");
        for (String amount : List.of("0.25", "1.00", "0.000000001")) {
            holder.charge(amount, "1.00", START, wallet);
        }
        long neighbour = organizationOf(Lanes.of(organization));
        fixture.credit(neighbour, "1.00");
        fixture.database.execute(
                tx -> {
                    Together writes = Together.of(tx);
                    new AppendStore()
                            .append(
                                    writes,
                                    List.of(entry(neighbour, 2, "€ ü"), entry(neighbour, 3, "")),
                                    List.of());
                    writes.run();
                });
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private static Entry entry(long organization, long entryId, String note) {
        return new Entry(
                organization,
                entryId,
                Entry.Kind.CHARGE,
                Money.ZERO,
                Money.ZERO,
                note,
                List.of(
                        new Posting(
                                BookAccount.LOSS, BookAccount.REVENUE_LOST, Money.ofNanos(5), 0)),
                START);
    }

    private long organizationOf(int lane) {
        while (true) {
            long candidate = Ids.next();
            if (Lanes.of(candidate) == lane) {
                fixture.database.execute(tx -> fixture.ledger.openWallet(tx, candidate));
                return candidate;
            }
        }
    }

    private List<String> faults() {
        return fixture.database.snapshot(chain::verify).stream()
                .flatMap(check -> check.differences().stream())
                .toList();
    }

    @Test
    void databaseComputesTheSameHashes() {
        assertThat(faults()).isEmpty();
        JournalHead head = books.journalHead();
        assertThat(head.batchCount()).isGreaterThanOrEqualTo(8);
        assertThat(JournalHead.parse(head.toString())).contains(head);
        assertThat(books.continues(head).differences()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    content | UPDATE journal_entry SET note = concat(note, '.') WHERE entry_id = 2 AND kind = 'GRANT'
                    content | UPDATE journal_entry SET posted_at = posted_at + interval '1 microsecond' WHERE kind = 'CHARGE'
                    content | UPDATE journal_entry SET kind = 'EXPIRY' WHERE kind = 'CHARGE'
                    content | UPDATE posting SET grant_id = grant_id + 1 WHERE line = 1
                    content | UPDATE posting SET line = line + 1 WHERE line = 2
                    content | UPDATE posting SET from_account = 'vouchers' WHERE from_account = 'promotions'
                    content | DELETE FROM posting WHERE line = 2
                    content | INSERT INTO posting SELECT organization_id, entry_id, 9, 'loss', 'credit', 1, 0 FROM journal_entry
                    content | UPDATE entry_draw SET request_ids[1] = request_ids[1] + 1
                    content | UPDATE entry_draw SET days[1] = days[1] + 1
                    content | DELETE FROM entry_draw
                    content | DELETE FROM journal_entry WHERE kind = 'CHARGE'
                    content | UPDATE journal_batch SET posted_at = posted_at - interval '1 day'
                    content | UPDATE journal_batch SET entries = entries + 1
                    continue | UPDATE journal_batch SET hash = previous_hash, previous_hash = hash
                    content | WITH gone AS (DELETE FROM journal_entry WHERE kind = 'CHARGE' AND entry_id <= 4 RETURNING *) INSERT INTO journal_entry SELECT organization_id, 107 - entry_id, kind, change, balance_after, note, posted_at, batch_id FROM gone
                    continue | UPDATE journal_batch SET previous_hash = set_byte(previous_hash, 31, 1 - (get_byte(previous_hash, 31) & 1)) WHERE batch_id = 2
                    missing before | DELETE FROM journal_batch WHERE batch_id = 2
                    no batch | UPDATE journal_entry SET batch_id = batch_id + 1000
                    head | UPDATE journal_head SET batch_id = batch_id - 1
                    head | DELETE FROM journal_head
                    head | DELETE FROM journal_batch WHERE (lane, batch_id) IN (SELECT lane, batch_id FROM journal_head)
                    recorded | UPDATE book_flow SET amount = amount + 1
                    recorded | DELETE FROM book_flow
                    """)
    void tamperingIsFound(String fault, String tampering) {
        List<String> found = new ArrayList<>();
        assertThatThrownBy(
                        () ->
                                fixture.database.owner(
                                        tx -> {
                                            assertThat(tx.execute(tampering)).isPositive();
                                            for (Verification.Check check : chain.verify(tx)) {
                                                found.addAll(check.differences());
                                            }
                                            throw new RolledBack();
                                        }))
                .isInstanceOf(RolledBack.class);
        assertThat(found).anyMatch(line -> line.contains(fault));
    }

    /** Cut so well that nothing inside tells: only a head that was kept outside does. */
    @Test
    void headTellsThatTheTailWasCut() {
        JournalHead head = books.journalHead();
        List<List<String>> found = new ArrayList<>();
        assertThatThrownBy(
                        () ->
                                fixture.database.owner(
                                        tx -> {
                                            cutTail(tx);
                                            chain.verify(tx)
                                                    .forEach(one -> found.add(one.differences()));
                                            found.add(chain.contains(tx, head).differences());
                                            throw new RolledBack();
                                        }))
                .isInstanceOf(RolledBack.class);
        assertThat(found.subList(0, 2)).containsOnly(List.of());
        assertThat(found.getLast())
                .singleElement()
                .asString()
                .startsWith("lane " + Lanes.of(organization) + " has no batch");
    }

    private void cutTail(org.jdbi.v3.core.Handle tx) {
        String last =
                "(SELECT max(batch_id) FROM journal_batch WHERE lane = %d)"
                        .formatted(Lanes.of(organization));
        String lane =
                "((hashint8(organization_id)::bigint + 2147483648) * 16) >> 32 = %d"
                        .formatted(Lanes.of(organization));
        String entries =
                "(SELECT organization_id, entry_id FROM journal_entry WHERE %s AND batch_id = %s)"
                        .formatted(lane, last);
        tx.execute("DELETE FROM posting WHERE (organization_id, entry_id) IN " + entries);
        tx.execute("DELETE FROM entry_draw WHERE (organization_id, entry_id) IN " + entries);
        tx.execute("DELETE FROM journal_entry WHERE %s AND batch_id = %s".formatted(lane, last));
        tx.execute(
                "DELETE FROM journal_batch WHERE lane = %d AND batch_id = %s"
                        .formatted(Lanes.of(organization), last));
        tx.execute(
                """
                UPDATE journal_head AS h SET batch_id = b.batch_id, hash = b.hash,
                    previous_hash = b.previous_hash
                FROM journal_batch AS b WHERE b.lane = h.lane AND b.batch_id = h.batch_id - 1
                    AND h.lane = %d
                """
                        .formatted(Lanes.of(organization)));
    }

    @Test
    void anotherHistoryOfTheSameLengthIsAnotherHead() {
        JournalHead head = books.journalHead();
        String other = head.hash().startsWith("0") ? "1" : "0";
        JournalHead forged = new JournalHead(head.batches(), other + head.hash().substring(1));
        assertThat(books.continues(forged).differences())
                .containsExactly("the hashes up to there are others");
    }

    @Test
    void laterBatchesKeepAnEarlierHead() {
        JournalHead head = books.journalHead();
        fixture.credit(fixture.organization(), "1.00");
        assertThat(books.journalHead()).isNotEqualTo(head);
        assertThat(books.continues(head).differences()).isEmpty();
    }

    @Test
    void wordsThatAreNoHeadAreNone() {
        String hash = "0".repeat(64);
        assertThat(JournalHead.parse("")).isEmpty();
        assertThat(JournalHead.parse("1.2:" + hash)).isEmpty();
        assertThat(JournalHead.parse("0" + ".0".repeat(15) + ":" + hash)).isPresent();
        assertThat(JournalHead.parse("-1" + ".0".repeat(15) + ":" + hash)).isEmpty();
        assertThat(JournalHead.parse("0" + ".0".repeat(15) + ":" + hash.substring(1))).isEmpty();
    }

    @Test
    void oneBatchIsOfOneLane() {
        long other = organizationOf((Lanes.of(organization) + 1) % Lanes.COUNT);
        List<Entry> entries = List.of(entry(organization, 100, ""), entry(other, 100, ""));
        List<GrantDraw> draws = List.of(new GrantDraw(other, 1, 0, 101, Money.ofNanos(1), 1));
        assertThatThrownBy(() -> new JournalBatch(entries, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new JournalBatch(entries.subList(1, 2), draws))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of no entry");
    }

    @Test
    void orderOfTheRowsDoesNotMatter() {
        List<Entry> entries =
                new ArrayList<>(List.of(entry(organization, 7, "a"), entry(organization, 8, "b")));
        List<GrantDraw> draws =
                new ArrayList<>(
                        List.of(
                                new GrantDraw(organization, 3, 4, 7, Money.ofNanos(1), 1),
                                new GrantDraw(organization, 5, 6, 8, Money.ofNanos(1), 1)));
        byte[] content = new JournalBatch(entries, draws).content;
        Collections.reverse(entries);
        Collections.reverse(draws);
        assertThat(new JournalBatch(entries, draws).content).isEqualTo(content);
        entries.set(0, entry(organization, 8, "c"));
        assertThat(new JournalBatch(entries, draws).content).isNotEqualTo(content);
    }

    /** Many writers of one lane at once: the chain has no fork and no gap. */
    @Test
    void writersOfOneLaneQueue() throws Exception {
        int lane = (Lanes.of(organization) + 3) % Lanes.COUNT;
        List<Callable<Grant>> tasks = new ArrayList<>();
        Set<Long> organizations = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            long one = organizationOf(lane);
            organizations.add(one);
            for (int j = 0; j < 10; j++) {
                tasks.add(() -> fixture.credit(one, "1.00"));
            }
        }
        Collections.shuffle(tasks, new java.util.Random(7));
        long before = books.journalHead().batches().get(lane);
        try (var threads = Executors.newFixedThreadPool(6)) {
            for (var done : threads.invokeAll(tasks)) {
                assertThat(done.get().amount()).isEqualTo(Money.ofDollars("1.00"));
            }
        }
        assertThat(books.journalHead().batches().get(lane)).isEqualTo(before + 40);
        assertThat(faults()).isEmpty();
        assertThat(fixture.ledger.history(organizations.iterator().next(), Optional.empty(), 50))
                .hasSize(10);
    }
}
