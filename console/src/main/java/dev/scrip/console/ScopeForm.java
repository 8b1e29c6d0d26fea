package dev.scrip.console;

import dev.scrip.ledger.GrantScope;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import dev.scrip.pricing.Price;
import dev.scrip.pricing.PriceBook;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an operator filled in to bind credit to models and projects; both empty: to nothing.
 *
 * @param models their names, with commas between them
 * @param projects their printed ids
 */
public record ScopeForm(String models, List<String> projects) {

    static final ScopeForm EVERYTHING = new ScopeForm("", List.of());

    /**
     * What there is to choose from.
     *
     * @param models those with a price
     * @param projects of the organization
     */
    record Offer(Set<String> models, List<Project> projects) {

        static Offer of(
                PriceBook prices, Organizations organizations, long organizationId, Instant now) {
            return new Offer(
                    prices.inForce(now).stream().map(Price::model).collect(Collectors.toSet()),
                    organizations.projects(organizationId));
        }
    }

    /** One project of the form. */
    public record Choice(String value, String name, boolean chosen) {}

    public ScopeForm {
        models = models.strip();
        projects = List.copyOf(projects);
    }

    static ScopeForm read(MultivaluedMap<String, String> sent) {
        return new ScopeForm(
                FormFields.text(sent, "models"), sent.getOrDefault("projects", List.of()));
    }

    Map<String, String> errors(Offer offer) {
        Map<String, String> errors = new LinkedHashMap<>();
        String unknown =
                names().stream()
                        .filter(name -> !offer.models().contains(name))
                        .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            errors.put("models", "No price is in force for: " + unknown + ".");
        }
        if (offer.projects().stream().filter(this::isChosen).count()
                != Set.copyOf(projects).size()) {
            errors.put("projects", "Choose projects of this organization.");
        }
        return errors;
    }

    /** Of a form without {@link #errors}. */
    GrantScope read(Offer offer) {
        return new GrantScope(
                names(),
                offer.projects().stream()
                        .filter(this::isChosen)
                        .map(Project::id)
                        .collect(Collectors.toSet()));
    }

    List<Choice> choices(Offer offer) {
        return offer.projects().stream()
                .map(each -> new Choice(print(each), each.name(), isChosen(each)))
                .toList();
    }

    private Set<String> names() {
        return Arrays.stream(models.split("[,\\s]+", -1))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isChosen(Project project) {
        return projects.contains(print(project));
    }

    private static String print(Project project) {
        return Ids.print(Project.PREFIX, project.id());
    }
}
