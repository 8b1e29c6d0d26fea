package dev.scrip.console;

import dev.scrip.metering.Metering;
import dev.scrip.metering.UsageGroup;
import dev.scrip.metering.UsageSum;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Project;
import dev.scrip.postgres.Ids;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
        List<Choice> keys,
        List<Choice> members) {

    /**
     * @param value for a preset its address, else what stands in the address
     */
    public record Choice(String value, String name, boolean chosen) {}

    static FilterForm of(
            String path, UsageFilter filter, List<String> models, FilterParts parts, Instant now) {
        List<Choice> presets =
                Arrays.stream(UsageFilter.Preset.values())
                        .map(
                                preset ->
                                        new Choice(
                                                path + filter.on(preset, now).address(),
                                                preset.title(),
                                                filter.preset().equals(Optional.of(preset))))
                        .toList();
        UsageOf of = filter.of();
        return new FilterForm(
                path,
                filter,
                presets,
                choices(of.model(), models.stream().map(name -> new Line(name, name)).toList()),
                choices(
                        of.projectId().map(id -> Ids.print(Project.PREFIX, id)),
                        parts.projects().stream().map(FilterForm::line).toList()),
                choices(
                        of.apiKeyId().map(id -> Ids.print(ApiKey.PREFIX, id)),
                        parts.keys().stream().map(FilterForm::line).toList()),
                choices(
                        of.memberId().map(FilterForm::member),
                        parts.people().entrySet().stream()
                                .sorted(Map.Entry.comparingByValue())
                                .map(each -> new Line(member(each.getKey()), each.getValue()))
                                .toList()));
    }

    /** The models to choose from: those with usage in these days, whatever else is chosen. */
    static List<String> models(Metering metering, long organizationId, UsageFilter filter) {
        return metering
                .sums(filter.everything().query(organizationId, List.of()), UsageGroup.MODEL)
                .stream()
                .map(UsageSum::group)
                .sorted()
                .toList();
    }

    /** What can be chosen, and how it is called. */
    private record Line(String value, String name) {}

    private static Line line(Project project) {
        return new Line(Ids.print(Project.PREFIX, project.id()), project.name());
    }

    private static Line line(ApiKey key) {
        return new Line(Ids.print(ApiKey.PREFIX, key.id()), UsageView.keyName(key));
    }

    private static String member(long id) {
        return Ids.print(LimitSubjects.MEMBER_PREFIX, id);
    }

    /** What is chosen and not to be had stays in the list: it is why nothing is shown. */
    private static List<Choice> choices(Optional<String> chosen, List<Line> lines) {
        List<Choice> choices = new ArrayList<>();
        chosen.filter(value -> lines.stream().noneMatch(line -> line.value().equals(value)))
                .ifPresent(value -> choices.add(new Choice(value, value, true)));
        lines.forEach(
                line ->
                        choices.add(
                                new Choice(
                                        line.value(),
                                        line.name(),
                                        chosen.equals(Optional.of(line.value())))));
        return choices;
    }

    /** As it was typed; empty: none. */
    public String endUser() {
        return filter.of().endUser().orElse("");
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
