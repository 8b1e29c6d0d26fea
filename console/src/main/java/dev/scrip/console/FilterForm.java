package dev.scrip.console;

import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The form that changes a {@link UsageFilter}, for the pages that have one.
 *
 * @param path the page it filters
 * @param presets links to the named ranges
 */
public record FilterForm(
        String path,
        UsageFilter filter,
        List<Choice> presets,
        List<Choice> models,
        List<Choice> projects,
        List<Choice> keys) {

    /**
     * @param value for a preset its address, else what stands in the address
     */
    public record Choice(String value, String name, boolean chosen) {}

    static FilterForm of(
            String path,
            UsageFilter filter,
            List<String> models,
            List<Project> projects,
            List<ApiKey> keys,
            Instant now) {
        List<Choice> presets =
                Arrays.stream(UsageFilter.Preset.values())
                        .map(
                                preset ->
                                        new Choice(
                                                path + filter.on(preset, now).address(),
                                                preset.title(),
                                                filter.preset().equals(Optional.of(preset))))
                        .toList();
        return new FilterForm(
                path,
                filter,
                presets,
                models(filter, models),
                projects.stream()
                        .map(
                                project ->
                                        new Choice(
                                                Ids.print(Project.PREFIX, project.id()),
                                                project.name(),
                                                filter.projectId()
                                                        .equals(Optional.of(project.id()))))
                        .toList(),
                keys.stream()
                        .map(
                                key ->
                                        new Choice(
                                                Ids.print(ApiKey.PREFIX, key.id()),
                                                UsageView.keyName(key),
                                                filter.apiKeyId().equals(Optional.of(key.id()))))
                        .toList());
    }

    /** A chosen model without usage in these days stays in the list: it is why nothing is shown. */
    private static List<Choice> models(UsageFilter filter, List<String> models) {
        List<Choice> choices = new ArrayList<>();
        filter.model()
                .filter(chosen -> !models.contains(chosen))
                .ifPresent(chosen -> choices.add(new Choice(chosen, chosen, true)));
        models.forEach(
                name ->
                        choices.add(
                                new Choice(name, name, filter.model().equals(Optional.of(name)))));
        return choices;
    }

    public String zone() {
        return filter.zone().equals(ZoneOffset.UTC) ? "UTC" : filter.zone().getId();
    }

    /** The places of the time zone database, as suggestions. */
    public List<String> zones() {
        return ZoneId.getAvailableZoneIds().stream()
                .filter(
                        id ->
                                id.equals("UTC")
                                        || id.matches(
                                                "(Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.*"))
                .sorted()
                .toList();
    }
}
