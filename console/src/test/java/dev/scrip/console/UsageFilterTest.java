package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.postgres.Ids;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageFilterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T02:30:00Z");

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
        UsageFilter filter = read(address).ofProject(42).ofKey(Ids.next());
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
                "from=2020-01-01&to=2026-01-01",
            })
    void whatIsIgnoredIsSaid(String address) {
        assertThat(read(address).notices()).hasSize(1);
    }

    @Test
    void atMostOneYear() {
        UsageFilter filter = read("from=2020-01-01&to=2026-01-01");
        assertThat(filter.from().datesUntil(filter.to().plusDays(1))).hasSize(UsageFilter.DAYS_MAX);
    }

    @Test
    void oneNameForUtc() {
        assertThat(read("zone=Etc/UTC").zone()).isEqualTo(ZoneOffset.UTC);
        assertThat(read("zone=Europe/Paris").zone()).isEqualTo(ZoneId.of("Europe/Paris"));
    }

    private static UsageFilter read(String address) {
        return UsageFilter.read(parameters(address), ZoneOffset.UTC, NOW);
    }

    private static MultivaluedMap<String, String> parameters(String address) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        for (String pair : address.split("&(?=[a-z]+=)", -1)) {
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
