package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.scrip.metering.UsageSum;
import dev.scrip.money.Money;
import dev.scrip.organizations.ApiKey;
import dev.scrip.postgres.Ids;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageFilterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T02:30:00Z");
    private static final long ADA = 71;
    private static final long BOB = 72;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                              | 2026-01-31 | 2026-03-01
                    range=today                     | 2026-03-01 | 2026-03-01
                    range=7d                        | 2026-02-23 | 2026-03-01
                    range=30d                       | 2026-01-31 | 2026-03-01
                    range=month                     | 2026-03-01 | 2026-03-01
                    range=last-month                | 2026-02-01 | 2026-02-28
                    range=month&zone=America/Lima   | 2026-02-01 | 2026-02-28
                    range=today&zone=America/Lima   | 2026-02-28 | 2026-02-28
                    range=century                   | 2026-01-31 | 2026-03-01
                    from=2026-01-05&to=2026-01-07   | 2026-01-05 | 2026-01-07
                    from=2026-01-07&to=2026-01-05   | 2026-01-05 | 2026-01-07
                    from=2026-02-20                 | 2026-02-20 | 2026-03-01
                    to=2026-01-30                   | 2026-01-01 | 2026-01-30
                    from=2026-02-20&range=today     | 2026-02-20 | 2026-03-01
                    """)
    void days(String address, LocalDate from, LocalDate to) {
        UsageFilter filter = read(address);
        assertThat(filter.from()).isEqualTo(from);
        assertThat(filter.to()).isEqualTo(to);
        assertThat(filter.notices()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "range=7d",
                "range=last-month&zone=Europe/Vienna",
                "from=2026-01-05&to=2026-01-07&model=a/b c&d",
            })
    void whatIsPrintedIsReadAgain(String address) {
        UsageFilter days = read(address);
        UsageFilter filter =
                days.of(
                        days.of()
                                .ofProject(42)
                                .ofKey(Ids.next())
                                .ofMember(Ids.next())
                                .ofEndUser(" ann&b=c/ü "));
        assertThat(read(filter.address().substring(1))).isEqualTo(filter);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zone=Mars/Olympus",
                "from=yesterday",
                "from=+99999-01-01",
                "project=proj_?",
                "key=proj_0000000000000",
                "member=ada",
                "from=2020-01-01&to=2026-01-01",
            })
    void whatIsIgnoredIsSaid(String address) {
        assertThat(read(address).notices()).hasSize(1);
    }

    @Test
    void atMostOneYear() {
        UsageFilter filter = read("from=2020-01-01&to=2026-01-01");
        assertThat(filter.from().datesUntil(filter.to().plusDays(1)))
                .hasSize(UsageFilter.CHART_DAYS_MAX);
    }

    @Test
    void listsGoBackToTheFirstRequest() {
        UsageFilter filter =
                UsageFilter.read(
                        parameters("from=" + UsageFilter.FIRST_DAY),
                        ZoneOffset.UTC,
                        NOW,
                        UsageFilter.LIST_DAYS_MAX);
        assertThat(filter.from()).isEqualTo(UsageFilter.FIRST_DAY);
        assertThat(filter.to()).isEqualTo(LocalDate.of(2026, 3, 1));
        assertThat(filter.notices()).isEmpty();
    }

    @Test
    void aMemberIsTheKeysThatAreTheirs() {
        List<ApiKey> keys = List.of(key(1, ADA), key(2, BOB), key(3, ADA));
        UsageOf ada = UsageOf.EVERYTHING.ofMember(ADA);
        assertThat(UsageOf.EVERYTHING.apiKeyIds(keys)).isEmpty();
        assertThat(ada.apiKeyIds(keys)).contains(Set.of(1L, 3L));
        assertThat(ada.ofKey(3).apiKeyIds(keys)).contains(Set.of(3L));
        assertThat(ada.ofKey(2).apiKeyIds(keys)).contains(Set.of());
        assertThat(UsageOf.EVERYTHING.ofKey(2).apiKeyIds(keys)).contains(Set.of(2L));
    }

    @Test
    void keysAreAddedUpByTheirOwnersAndNothingIsLeftOut() {
        FilterParts parts =
                new FilterParts(
                        List.of(),
                        List.of(key(1, ADA), key(2, BOB), key(3, ADA)),
                        Map.of(ADA, "Ada", BOB, "Bob"));
        UsageView.Table members =
                UsageView.byMember(
                        read("range=7d"),
                        List.of(sum(0, "1"), sum(1, "2"), sum(2, "5"), sum(3, "4")),
                        parts);
        assertThat(members.rows())
                .extracting(UsageView.Row::name, row -> row.sum().amount())
                .containsExactly(
                        tuple("Ada", Money.ofDollars("6")),
                        tuple("Bob", Money.ofDollars("5")),
                        tuple("Without a key", Money.ofDollars("1")));
        assertThat(members.rows())
                .extracting(UsageView.Row::address)
                .satisfiesExactly(
                        ada -> assertThat(ada).contains("member=" + Ids.print("user_", ADA)),
                        bob -> assertThat(bob).contains("member=" + Ids.print("user_", BOB)),
                        none -> assertThat(none).contains("key=" + Ids.print("key_", 0)));
    }

    private static UsageSum sum(long key, String dollars) {
        return new UsageSum(Long.toString(key), 1, 0, 0, 0, Money.ofDollars(dollars));
    }

    private static ApiKey key(long id, long owner) {
        return new ApiKey(1, id, 1, "key", "sk-scrip-a", "z", owner, NOW, null, null);
    }

    @Test
    void oneNameForUtc() {
        assertThat(read("zone=Etc/UTC").zone()).isEqualTo(ZoneOffset.UTC);
        assertThat(read("zone=Europe/Paris").zone()).isEqualTo(ZoneId.of("Europe/Paris"));
    }

    private static UsageFilter read(String address) {
        return UsageFilter.read(
                parameters(address), ZoneOffset.UTC, NOW, UsageFilter.CHART_DAYS_MAX);
    }

    private static MultivaluedMap<String, String> parameters(String address) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        for (String pair : address.split("&(?=[a-z_]+=)", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.add(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }
}
