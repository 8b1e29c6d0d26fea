package dev.scrip.organizations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scrip.postgres.Database;
import dev.scrip.testing.SettableClock;
import dev.scrip.testing.TestPostgres;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OrganizationsTest {

    private static final long ADA = 1;
    private static final long BOB = 2;

    private static Database database;
    private static Organizations organizations;
    private static final SettableClock CLOCK =
            new SettableClock(Instant.parse("2026-03-01T10:00:00.123456789Z"));

    @BeforeAll
    static void open() {
        database = TestPostgres.database();
        organizations = new Organizations(database, CLOCK);
    }

    @AfterAll
    static void close() {
        organizations.close();
        database.close();
    }

    private static Organization create(String name, long owner) {
        return database.transaction(tx -> organizations.create(tx, name, false, owner));
    }

    @Test
    void hasAnOwnerAndADefaultProject() {
        Organization made = create("  Analytical Engines  ", ADA);

        assertThat(made.name()).isEqualTo("Analytical Engines");
        assertThat(organizations.organization(made.id())).contains(made);
        assertThat(organizations.membership(ADA, made.id()))
                .contains(new Membership(made, ADA, Role.OWNER));
        assertThat(organizations.owners(made.id())).containsExactly(ADA);
        assertThat(organizations.projects(made.id()))
                .singleElement()
                .satisfies(
                        project -> {
                            assertThat(project.isDefault()).isTrue();
                            assertThat(project.organizationId()).isEqualTo(made.id());
                            assertThat(project.createdAt()).isEqualTo(made.createdAt());
                        });
    }

    @Test
    void isNotThereWhenTheTransactionIsRolledBack() {
        long carl = 33;
        assertThatThrownBy(
                        () ->
                                database.execute(
                                        tx -> {
                                            organizations.create(tx, "Gone", false, carl);
                                            throw new IllegalStateException("later step failed");
                                        }))
                .hasMessage("later step failed");
        assertThat(organizations.memberships(carl)).isEmpty();
    }

    @Test
    void aUserSeesTheirOwnByName() {
        long dora = 44;
        Organization second = create("beta", dora);
        Organization first = create("Alpha", dora);
        create("Other", BOB);

        assertThat(organizations.memberships(dora))
                .extracting(Membership::organization)
                .containsExactly(first, second);
        assertThat(organizations.membership(BOB, first.id())).isEmpty();
        assertThat(organizations.memberships(999)).isEmpty();
    }

    @Test
    void whoMayPayIsToldOfMoney() {
        Organization made = create("Roles", ADA);
        join(made, 101, Role.BILLING);
        join(made, 102, Role.DEVELOPER);
        join(made, 103, Role.VIEWER);

        assertThat(organizations.owners(made.id())).containsExactly(ADA, 101L);
        assertThat(organizations.membership(103, made.id()))
                .hasValueSatisfying(found -> assertThat(found.role()).isEqualTo(Role.VIEWER));
    }

    private static void join(Organization organization, long userId, Role role) {
        Membership member = new Membership(organization, userId, role);
        database.execute(tx -> OrganizationStore.insert(tx, member));
    }

    @Test
    void theOperatorPagesThroughAllNewestFirst() {
        Organization older = create("Older", BOB);
        Organization newer = create("Newer", BOB);

        List<Organization> page = organizations.organizations(Optional.of(newer.id() + 1), 2);
        assertThat(page).containsExactly(newer, older);
        assertThat(organizations.organizations(Optional.of(newer.id()), 1)).containsExactly(older);
        assertThat(organizations.organizations(Optional.empty(), 1_000))
                .contains(newer, older)
                .isSortedAccordingTo((a, b) -> Long.compare(b.id(), a.id()));
    }

    @Test
    void aNameIsOneLineOfOneToSixtyFourCharacters() {
        assertThat(Organizations.nameFault("x")).isEmpty();
        assertThat(Organizations.nameFault(" " + "😀".repeat(64) + " ")).isEmpty();
        assertThat(Organizations.nameFault("😀".repeat(65)))
                .contains("A name has at most 64 characters.");
        assertThat(Organizations.nameFault(" \t ")).contains("Please give it a name.");
        assertThat(Organizations.nameFault("two\r\nlines")).contains("A name is one line of text.");
        assertThatThrownBy(() -> create("  ", ADA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Please give it a name.");
    }
}
