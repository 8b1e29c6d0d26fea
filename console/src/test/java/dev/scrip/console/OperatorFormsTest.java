package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.GrantScope;
import dev.scrip.ledger.Recurrence;
import dev.scrip.money.Money;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an operator types to bind credit and to let it come again. */
class OperatorFormsTest {

    private static final Instant NOW = Instant.parse("2026-11-18T10:00:00Z");

    private final Project web = new Project(1, 7, "Web", true, NOW);
    private final Project batch = new Project(1, 8, "Batch", false, NOW);
    private final ScopeForm.Offer offer =
            new ScopeForm.Offer(Set.of("gpt-x", "gpt-y"), List.of(web, batch));
    private final GrantScopes words = new GrantScopes(offer.projects());

    @Test
    void aScopeIsReadAndSaidInWords() {
        assertThat(words.words(ScopeForm.EVERYTHING.read(offer))).isEqualTo("everything");
        ScopeForm models = new ScopeForm(" gpt-y,gpt-x ", List.of());
        assertThat(models.errors(offer)).isEmpty();
        assertThat(words.words(models.read(offer))).isEqualTo("gpt-x or gpt-y");
        ScopeForm both = new ScopeForm("gpt-x", List.of(print(batch)));
        assertThat(both.read(offer)).isEqualTo(new GrantScope(Set.of("gpt-x"), Set.of(8L)));
        assertThat(words.words(both.read(offer))).isEqualTo("gpt-x in project Batch");
        assertThat(words.words(new GrantScope(Set.of(), Set.of(7L))))
                .isEqualTo("everything in project Web");
    }

    @Test
    void whatNobodyCouldUseIsRefused() {
        assertThat(new ScopeForm("gpt-x, gpt-z", List.of()).errors(offer))
                .containsOnlyKeys("models");
        assertThat(new ScopeForm("", List.of(Ids.print(Project.PREFIX, 9))).errors(offer))
                .containsOnlyKeys("projects");
    }

    @Test
    void recurringCreditComesAtOnceOrOnItsFirstDay() {
        assertThat(form("5", "", "").errors(offer, NOW)).isEmpty();
        Recurrence atOnce = form("5", "", "").order(1, offer, NOW);
        assertThat(atOnce.nextAt()).isEqualTo(NOW);
        assertThat(atOnce.endsAt()).isNull();
        assertThat(atOnce.amount()).isEqualTo(Money.ofDollars("5"));
        assertThat(atOnce.period()).isEqualTo(BudgetPeriod.MONTH);
        Recurrence later = form("5", "2026-12-01", "2027-01-31").order(1, offer, NOW);
        assertThat(later.nextAt()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(later.endsAt()).as("its last day ends").isEqualTo("2027-02-01T00:00:00Z");
        assertThat(form("5", "2026-11-18", "").order(1, offer, NOW).nextAt()).isEqualTo(NOW);
    }

    @Test
    void daysAndAmountsThatCannotBeMeantAreRefused() {
        assertThat(form("0", "2026-11-17", "").errors(offer, NOW))
                .containsOnlyKeys("amount", "starts");
        assertThat(form("5", "2026-12-01", "2026-11-30").errors(offer, NOW))
                .containsOnlyKeys("ends");
    }

    private static RecurrenceForm form(String amount, String starts, String ends) {
        return new RecurrenceForm(
                amount,
                "month",
                "expires",
                "40",
                starts,
                ends,
                "Monthly",
                ScopeForm.EVERYTHING,
                "");
    }

    private static String print(Project project) {
        return Ids.print(Project.PREFIX, project.id());
    }
}
