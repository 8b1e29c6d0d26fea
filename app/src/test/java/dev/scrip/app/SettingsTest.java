package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.money.Money;
import dev.scrip.postgres.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void everySettingHasADefault() {
        Settings settings = Settings.read(Map.of("PATH", "/bin"));
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.publicUrl()).isEqualTo("http://localhost:8080");
        assertThat(settings.onboarding().trialAmount()).isEqualTo(Money.ofDollars("5"));
        assertThat(settings.database()).isEmpty();
        assertThat(settings.smtp()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SCRIP_PORT                   | http      | must be a number from 1 to 65535
                    SCRIP_PORT                   | 70000     | must be a number from 1 to 65535
                    SCRIP_TRIAL_AMOUNT           | five      | must be an amount in dollars
                    SCRIP_TRIAL_AMOUNT           | -5        | must be an amount in dollars
                    SCRIP_TRIAL_LIFE             | 3 months  | must be a period such as P3M
                    SCRIP_PURCHASE_MAX           | 1         | must not be less than SCRIP_PURCHASE_MIN
                    SCRIP_PUBLIC_URL             | example   | must be an address
                    SCRIP_DATABASE_URL           | db:5432   | must begin with jdbc:postgresql:
                    SCRIP_SMTP_HOST              | mail      | SCRIP_SMTP_FROM
                    SCRIP_SMTP_SECURITY          | SSL       | must be STARTTLS, TLS or NONE
                    SCRIP_DEMO_TOKENS_PER_SECOND | -1        | must be a number from 0
                    SCRIP_METRICS                | world     | must be loopback, all or none
                    SCRIP_ACCESS_LOG             | yes       | must be on or off
                    SCRIP_HEAD_SECONDS           | 0         | must be a number from 1 to 600
                    SCRIP_KEEP_ANSWERS_HOURS     | 1000      | must be a number from 0 to 720
                    SCRIP_PROT                   | 8080      | is no setting; docs/settings.md lists
                    """)
    void aWrongSettingIsNamed(String name, String value, String complaint) {
        assertThatThrownBy(() -> Settings.read(Map.of(name, value)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(name)
                .hasMessageContaining(complaint);
    }

    @Test
    void aPasswordIsNeverPrinted() {
        Settings settings =
                Settings.read(
                        Map.of(
                                "SCRIP_SMTP_HOST", "mail.example.org",
                                "SCRIP_SMTP_FROM", "credits@example.org",
                                "SCRIP_SMTP_PASSWORD", "hunter2",
                                "SCRIP_DATABASE_URL", "jdbc:postgresql://db/scrip",
                                "SCRIP_DATABASE_PASSWORD", "hunter2"));
        assertThat(settings.toString()).doesNotContain("hunter2");
    }

    @Test
    void theReferencePageListsEverySetting() throws IOException {
        String page = Files.readString(TidyTest.ROOT.resolve("docs/settings.md"));
        for (Setting setting : Settings.ALL) {
            String standard = setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`";
            assertThat(page)
                    .contains(
                            "| `%s` | %s | %s |"
                                    .formatted(setting.name(), standard, setting.meaning()));
        }
        long rows = page.lines().filter(line -> line.startsWith("| `SCRIP_")).count();
        assertThat(rows).isEqualTo(Settings.ALL.size());
    }
}
