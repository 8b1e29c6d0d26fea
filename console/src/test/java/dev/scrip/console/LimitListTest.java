package dev.scrip.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scrip.ledger.Budget;
import dev.scrip.ledger.BudgetPeriod;
import dev.scrip.ledger.BudgetState;
import dev.scrip.ledger.LimitKind;
import dev.scrip.ledger.Subject;
import dev.scrip.money.Money;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitListTest {

    private static final Instant NOW = Instant.parse("2026-11-18T10:00:00Z"); // a Wednesday

    private final LimitRow organization =
            row("The organization", Subject.organization(), BudgetPeriod.MONTH, "10", "9");
    private final LimitRow project =
            row("Project Web", Subject.project(7), BudgetPeriod.DAY, "5", "5");
    private final LimitRow ann =
            row("End user =ann", Subject.endUser("=ann"), BudgetPeriod.LIFETIME, "3", "0");
    private final LimitRow each =
            row("Each API key", Subject.each(Subject.Kind.API_KEY), BudgetPeriod.WEEK, "2", null);
    private final List<LimitRow> all = List.of(ann, each, project, organization);

    @Test
    void withoutAnythingInTheAddressItIsAllOfThemByWhoseTheyAre() {
        assertThat(list(Map.of()).rows(all)).containsExactly(organization, project, each, ann);
    }

    @Test
    void theMostUsedAreFoundFirst() {
        assertThat(list(Map.of("sort", "spent.down")).rows(all))
                .containsExactly(project, organization, each, ann);
        assertThat(list(Map.of("near", "yes")).rows(all)).containsExactly(organization, project);
    }

    @Test
    void filtersNarrowAndStandInEveryLink() {
        LimitList list = list(Map.of("whose", "project", "period", "day", "kind", "hard"));
        assertThat(list.rows(all)).containsExactly(project);
        assertThat(list.isNarrowed()).isTrue();
        assertThat(list.export())
                .isEqualTo("/limits/export.csv?whose=project&period=day&kind=hard&sort=whose.up");
        assertThat(list.headings().getFirst().address())
                .isEqualTo("/limits?whose=project&period=day&kind=hard&sort=whose.down#all");
        assertThat(list(Map.of("whose", "nobody", "sort", "nothing.down")).rows(all)).hasSize(4);
    }

    @Test
    void theFileHasExactAmountsAndNoFormulas() {
        String[] lines = LimitCsv.write(List.of(project, ann, each)).split("\r\n");
        assertThat(lines).hasSize(4);
        assertThat(lines[1])
                .startsWith(project.id() + ",Project,project:proj_")
                .endsWith(
                        "Hard,Day,5.000000000,5.000000000,0.000000000,100,2026-11-18T00:00:00Z,2026-11-19T00:00:00Z");
        assertThat(lines[2]).contains(",'=ann,").endsWith("1970-01-01T00:00:00Z,");
        assertThat(lines[3]).contains("key:*,Each API key,Hard,Week,2.000000000,,,,");
    }

    @Test
    void whatIsSpentOpensTheUsageOfItsPeriod() {
        assertThat(organization.usage()).isEqualTo("/usage?from=2026-11-01&to=2026-11-30&zone=UTC");
        assertThat(project.usage())
                .contains("from=2026-11-18&to=2026-11-18&zone=UTC&project=proj_");
        assertThat(each.usage()).endsWith("from=2026-11-16&to=2026-11-22&zone=UTC#keys");
        assertThat(ann.usage()).isEqualTo("/requests?from=2020-01-01&zone=UTC&end_user=%3Dann");
        Subject endUsers = Subject.each(Subject.Kind.END_USER);
        assertThat(row("Each end user", endUsers, BudgetPeriod.DAY, "5", null).usage())
                .isEqualTo("/usage/end-users?from=2026-11-18&to=2026-11-18&zone=UTC");
        LimitRow bob = row("Bob", Subject.member(7), BudgetPeriod.DAY, "5", "5");
        assertThat(bob.usage())
                .startsWith("/requests?from=2026-11-18&to=2026-11-18&zone=UTC&member=user_");
    }

    private static LimitList list(Map<String, String> address) {
        return LimitList.read(new MultivaluedHashMap<>(address));
    }

    private static LimitRow row(
            String whose,
            Subject subject,
            BudgetPeriod period,
            String dollars,
            @Nullable String spent) {
        Optional<Money> used = Optional.ofNullable(spent).map(Money::ofDollars);
        Budget budget =
                new Budget(1, 42, subject, period, LimitKind.HARD, Money.ofDollars(dollars));
        return new LimitRow(
                new BudgetState(budget, used, period.start(NOW), period.end(NOW)),
                whose,
                LimitView.of(Optional.of(budget.amount()), used.orElse(Money.ZERO)));
    }
}
