package dev.scrip.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Exchange.ChargeOrder;
import dev.scrip.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a charge draws on and what an expiry takes, without a database. */
class WalletTest {

    private static final Instant T0 = Instant.parse("2026-03-01T00:00:00Z");

    /** A grant as {@code id:KIND:priority:start:end:amount}, times in seconds, {@code -} never. */
    private static OpenGrant grant(String text) {
        String[] part = text.strip().split(":", -1);
        Instant expiresAt = part[4].equals("-") ? null : T0.plusSeconds(Long.parseLong(part[4]));
        return new OpenGrant(
                new Grant(
                        1,
                        Long.parseLong(part[0]),
                        GrantKind.valueOf(part[1]),
                        Integer.parseInt(part[2]),
                        GrantScope.ANY,
                        T0.plusSeconds(Long.parseLong(part[3])),
                        expiresAt,
                        Money.ofNanos(Long.parseLong(part[5])),
                        Money.ZERO,
                        Money.ZERO,
                        Money.ZERO,
                        null,
                        "",
                        T0),
                PoolRow.WALLET,
                OpenGrant.State.OPEN);
    }

    private static Wallet wallet(long leased, List<OpenGrant> grants) {
        Money funded = grants.stream().map(OpenGrant::remaining).reduce(Money.ZERO, Money::plus);
        PoolRow.Fixed fixed =
                new PoolRow.Fixed(new PoolId(1, 0), Pool.Kind.WALLET, T0, null, null, false);
        PoolRow pool = new PoolRow(fixed, funded, Money.ofNanos(leased), Money.ZERO, false);
        Wallet wallet =
                new Wallet(
                        pool,
                        CreditPool.Times.NONE,
                        new Wallet.Extra(0, null, false, false, false));
        wallet.load(grants);
        return wallet;
    }

    private static Map<Long, Money> cover(long nanos) {
        return new HashMap<>(Map.of(PoolRow.WALLET, Money.ofNanos(nanos)));
    }

    private static ChargeOrder charge(long amount, long heldAt) {
        return LedgerFixture.order(
                1, 77, Money.ofNanos(amount), Money.ofNanos(amount), T0.plusSeconds(heldAt));
    }

    private static List<OpenGrant> grants(String text) {
        List<OpenGrant> grants = new ArrayList<>();
        for (String one : text.split(";", -1)) {
            grants.add(grant(one));
        }
        return grants;
    }

    private static String draws(Wallet wallet) {
        return wallet.draws().stream()
                .map(draw -> draw.grantId() + "=" + draw.amount().nanos())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    what                     | grants                                                  | charge | held | draws
                    one grant                | 1:TRIAL:50:0:-:10                                       | 4      | 5    | 1=4
                    nothing                  | 1:TRIAL:50:0:-:10                                       | 0      | 5    | ''
                    all of it                | 1:TRIAL:50:0:-:10                                       | 10     | 5    | 1=10
                    priority first           | 1:TRIAL:50:0:9:10 ; 2:PURCHASE:10:0:-:10                 | 12     | 5    | 2=10 1=2
                    then the soonest end     | 1:TRIAL:50:0:-:10 ; 2:PURCHASE:50:0:99:10 ; 3:TRIAL:50:0:98:10 | 25 | 5 | 3=10 2=10 1=5
                    then given before paid   | 1:PURCHASE:50:0:-:10 ; 2:REFUND:50:0:-:10               | 11     | 5    | 2=10 1=1
                    then the oldest          | 2:VOUCHER:50:0:-:10 ; 1:VOUCHER:50:0:-:10               | 11     | 5    | 1=10 2=1
                    not before it starts     | 1:TRIAL:10:6:-:10 ; 2:TRIAL:50:0:-:10                   | 3      | 5    | 2=3
                    from its start           | 1:TRIAL:10:5:-:10 ; 2:TRIAL:50:0:-:10                   | 3      | 5    | 1=3
                    later ones if need be    | 1:TRIAL:10:6:-:10 ; 2:TRIAL:50:0:-:10                   | 13     | 5    | 2=10 1=3
                    not from its end         | 1:TRIAL:10:0:5:10 ; 2:TRIAL:50:0:-:10                   | 3      | 5    | 2=3
                    until its end            | 1:TRIAL:10:0:6:10 ; 2:TRIAL:50:0:-:10                   | 3      | 5    | 1=3
                    ended ones last          | 1:TRIAL:10:0:5:10 ; 2:TRIAL:50:6:-:10                   | 13     | 5    | 2=10 1=3
                    """,
            useHeadersInDisplayName = true)
    void drawsInBurnOrder(String what, String grants, long amount, long heldAt, String draws) {
        Wallet wallet = wallet(0, grants(grants));
        wallet.charge(List.of(charge(amount, heldAt)), cover(amount));
        assertThat(draws(wallet)).as(what).isEqualTo(draws);
    }

    @Test
    void burnOrderDoesNotDependOnTheOrderOfArrival() {
        List<String> grants =
                List.of(
                        "1:PURCHASE:50:0:-:3",
                        "2:TRIAL:50:0:90:3",
                        "3:PROMOTION:50:0:-:3",
                        "4:PURCHASE:10:0:-:3",
                        "5:VOUCHER:50:0:80:3",
                        "6:PURCHASE:50:0:90:3");
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            List<String> shuffled = new ArrayList<>(grants);
            Collections.shuffle(shuffled, random);
            Wallet wallet = wallet(0, grants(String.join(";", shuffled)));
            wallet.charge(List.of(charge(18, 1)), cover(18));
            assertThat(draws(wallet)).isEqualTo("4=3 5=3 2=3 6=3 3=3 1=3");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    what                      | grants                                | leased | at | funded | free | expired
                    before the end            | 1:TRIAL:50:0:9:10                     | 4      | 8  | 10     | 6    | 0
                    at the end, nothing leased| 1:TRIAL:50:0:9:10                     | 0      | 9  | 0      | 0    | 10
                    at the end, a part leased | 1:TRIAL:50:0:9:10                     | 4      | 9  | 4      | 0    | 6
                    at the end, all leased    | 1:TRIAL:50:0:9:10                     | 10     | 9  | 10     | 0    | 0
                    others stay free          | 1:TRIAL:50:0:9:10 ; 2:TRIAL:50:0:-:5  | 4      | 9  | 9      | 5    | 6
                    others cover the rest     | 1:TRIAL:50:0:9:10 ; 2:TRIAL:50:0:-:5  | 12     | 9  | 15     | 3    | 0
                    two at once               | 1:TRIAL:50:0:8:10 ; 2:TRIAL:50:0:9:5  | 4      | 9  | 4      | 0    | 11
                    """,
            useHeadersInDisplayName = true)
    void expiryLeavesWhatIsPinned(
            String what, String grants, long leased, long at, long funded, long free, long gone) {
        Wallet wallet = wallet(leased, grants(grants));
        wallet.advance(T0.plusSeconds(at));
        assertThat(wallet.general.row.funded().nanos()).as(what).isEqualTo(funded);
        assertThat(wallet.general.row.free().nanos()).as(what).isEqualTo(free);
        assertThat(
                        wallet.general.grants().stream()
                                .mapToLong(grant -> grant.expired().nanos())
                                .sum())
                .isEqualTo(gone);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    what                          | funded | leased | covered | charge | balance | lost
                    covered                       | 10     | 4      | 5       | 5      | 5       | 0
                    not covered, free             | 10     | 4      | 0       | 5      | 5       | 0
                    not covered, partly free      | 10     | 4      | 0       | 9      | 4       | 3
                    partly covered, nothing free  | 10     | 8      | 2       | 5      | 8       | 3
                    nothing there                 | 4      | 4      | 0       | 5      | 4       | 5
                    """,
            useHeadersInDisplayName = true)
    void whatNoLeaseCoversIsTakenFromFreeElseLost(
            String what,
            long funded,
            long leased,
            long covered,
            long amount,
            long balance,
            long lost) {
        Wallet wallet = wallet(leased, grants("1:TRIAL:50:0:-:" + funded));
        wallet.charge(List.of(charge(amount, 1)), cover(covered));
        assertThat(wallet.general.row.funded().nanos()).as(what).isEqualTo(balance);
        assertThat(
                        wallet.draws().stream()
                                .filter(draw -> draw.grantId() == 0)
                                .mapToLong(draw -> draw.amount().nanos())
                                .sum())
                .isEqualTo(lost);
    }
}
