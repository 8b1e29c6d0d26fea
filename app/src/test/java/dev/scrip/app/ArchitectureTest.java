package dev.scrip.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The laws of ARCHITECTURE.md, checked on the compiled classes. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.scrip");

    /** What each module may need; a module that is not named may need nothing of ours. */
    private static final Map<String, List<String>> NEEDS =
            Map.ofEntries(
                    Map.entry("money", List.of()),
                    Map.entry("postgres", List.of()),
                    Map.entry("testing", List.of("postgres")),
                    Map.entry("ledger", List.of("money", "postgres")),
                    Map.entry("pricing", List.of("money", "postgres")),
                    Map.entry("metering", List.of("money", "postgres")),
                    Map.entry(
                            "charging",
                            List.of("money", "postgres", "ledger", "pricing", "metering")),
                    Map.entry("organizations", List.of("postgres")),
                    Map.entry("identity", List.of("postgres")),
                    Map.entry("notifications", List.of("postgres")),
                    Map.entry(
                            "payments",
                            List.of(
                                    "money",
                                    "postgres",
                                    "ledger",
                                    "organizations",
                                    "notifications")),
                    Map.entry(
                            "onboarding",
                            List.of(
                                    "money",
                                    "postgres",
                                    "ledger",
                                    "organizations",
                                    "identity",
                                    "notifications")),
                    Map.entry(
                            "alerts",
                            List.of(
                                    "money",
                                    "postgres",
                                    "ledger",
                                    "organizations",
                                    "identity",
                                    "notifications")),
                    Map.entry(
                            "management",
                            List.of(
                                    "money",
                                    "postgres",
                                    "ledger",
                                    "charging",
                                    "pricing",
                                    "organizations",
                                    "metering")),
                    Map.entry(
                            "gateway",
                            List.of(
                                    "money",
                                    "ledger", // the words for who pays and whose limit it is
                                    "charging",
                                    "pricing",
                                    "organizations",
                                    "metering")));

    @Test
    void everyModuleNeedsOnlyWhatItMay() {
        assertThat(CLASSES.size()).as("classes seen").isGreaterThan(150);
        NEEDS.forEach(
                (module, needs) -> {
                    String[] allowed =
                            java.util.stream.Stream.concat(
                                            needs.stream(), java.util.stream.Stream.of(module))
                                    .map(name -> "dev.scrip." + name)
                                    .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage("dev.scrip." + module)
                            .should()
                            .dependOnClassesThat(ourClassesOutside(allowed))
                            .allowEmptyShould(true)
                            .check(CLASSES);
                });
    }

    @Test
    void modulesFormNoCycle() {
        slices().matching("dev.scrip.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void eachModuleIsOneFlatPackage() {
        classes()
                .that()
                .resideInAPackage("dev.scrip..")
                .should()
                .resideInAPackage("dev.scrip.*")
                .check(CLASSES);
    }

    @Test
    void domainModulesArePlainJava() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.scrip.app", "dev.scrip.console", "dev.scrip.bench")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta.inject..", "jakarta.enterprise..")
                .check(CLASSES);
    }

    @Test
    void theGatewaySpeaksNoSql() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.scrip.gateway", "dev.scrip.console", "dev.scrip.management")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> ourClassesOutside(String... packages) {
        List<String> allowed = Arrays.asList(packages);
        return DescribedPredicate.describe(
                "classes of Scrip outside " + allowed,
                type ->
                        type.getPackageName().startsWith("dev.scrip")
                                && !allowed.contains(type.getPackageName()));
    }
}
