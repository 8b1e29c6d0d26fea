package dev.scrip.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.management.ApiCall.Answer;
import dev.scrip.organizations.Actor;
import dev.scrip.organizations.ApiKey;
import dev.scrip.organizations.Organization;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.Project;
import dev.scrip.organizations.RateBounds;
import dev.scrip.organizations.RateLimit;
import dev.scrip.organizations.RateLimits;
import dev.scrip.organizations.RateSubject;
import dev.scrip.organizations.RateUnit;
import dev.scrip.organizations.RateUse;
import dev.scrip.postgres.Ids;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rate limits of organizations, their projects and keys, and the defaults. To set one again changes
 * nothing, so it needs no key.
 */
final class RateLimitCalls {

    private static final int LIST_MAX = 100;

    /** A limit that no row stands for: the settings' default. */
    private static final long OF_SETTINGS = 0;

    private final Organizations organizations;
    private final RateLimits limits;

    RateLimitCalls(Organizations organizations, RateLimits limits) {
        this.organizations = organizations;
        this.limits = limits;
    }

    // ---- defaults ----

    Answer defaults(ApiCall call) {
        return Answer.list(limits.defaults().stream().map(RateLimitCalls::view).toList());
    }

    Answer setDefault(ApiCall call) {
        return Answer.ok(
                view(
                        set(
                                call,
                                RateLimit.DEFAULTS,
                                RateSubject.organization(),
                                call.fields().only(fields(false)))));
    }

    Answer removeDefault(ApiCall call) {
        return remove(call, RateLimit.DEFAULTS);
    }

    // ---- an organization's ----

    /** Its own by id, and on the first page the defaults that it is under. */
    Answer list(ApiCall call) {
        long organizationId = new Payers(organizations).organization(call);
        Optional<Long> after =
                Optional.ofNullable(call.query().get("after"))
                        .map(
                                printed ->
                                        Ids.parse(RateLimit.PREFIX, printed)
                                                .orElseThrow(
                                                        () ->
                                                                ApiFault.wrongValue(
                                                                        "after",
                                                                        "an id of the page before")));
        List<ObjectNode> data = new ArrayList<>();
        if (after.isEmpty()) {
            List<RateLimit> defaults =
                    limits.ofOrganization(organizationId).stream()
                            .filter(RateLimit::isDefault)
                            .toList();
            add(data, organizationId, defaults);
        }
        add(data, organizationId, limits.limits(organizationId, after.orElse(0L), LIST_MAX));
        return Answer.list(data);
    }

    private void add(List<ObjectNode> data, long organizationId, List<RateLimit> found) {
        List<RateUse> uses = limits.use(organizationId, found);
        for (RateLimit limit : found) {
            ObjectNode view = view(limit);
            ObjectNode now = view.putObject("now");
            for (RateUse use : uses) {
                if (use.limit().equals(limit)) {
                    now.putObject(field(use.unit()))
                            .put("remaining", use.remaining())
                            .put("reset_ms", use.reset().toMillis());
                }
            }
            data.add(view);
        }
    }

    Answer set(ApiCall call) {
        Payers payers = new Payers(organizations);
        long organizationId = payers.organization(call);
        Fields fields = call.fields().only(fields(true));
        RateSubject subject =
                fields.has("subject")
                        ? subject(payers, organizationId, fields)
                        : RateSubject.organization();
        return Answer.ok(view(set(call, organizationId, subject, fields)));
    }

    Answer remove(ApiCall call) {
        return remove(call, new Payers(organizations).organization(call));
    }

    private static RateSubject subject(Payers payers, long organizationId, Fields fields) {
        Fields named = fields.inner("subject").only(Set.of("type", "id"));
        RateSubject.Kind kind =
                named.choice("type", RateSubject.Kind.class)
                        .orElseThrow(() -> ApiFault.missing(named.name("type")));
        if (kind == RateSubject.Kind.ORGANIZATION) {
            return RateSubject.organization();
        }
        boolean project = kind == RateSubject.Kind.PROJECT;
        long id =
                named.id("id", project ? Project.PREFIX : ApiKey.PREFIX)
                        .orElseThrow(() -> ApiFault.missing(named.name("id")));
        String param = named.name("id");
        return project
                ? RateSubject.project(payers.project(organizationId, id, param).id())
                : RateSubject.apiKey(payers.livingKey(organizationId, id, param).id());
    }

    // ---- both ----

    private RateLimit set(ApiCall call, long organizationId, RateSubject subject, Fields fields) {
        Map<RateUnit, Long> bounds = new EnumMap<>(RateUnit.class);
        for (RateUnit unit : RateUnit.values()) {
            fields.count(field(unit), 1, RateBounds.MAX).ifPresent(max -> bounds.put(unit, max));
        }
        if (bounds.isEmpty()) {
            throw ApiFault.missing(field(RateUnit.REQUESTS_PER_MINUTE));
        }
        return limits.set(
                organizationId,
                subject,
                fields.text("model").map(String::strip).orElse(""),
                new RateBounds(bounds),
                Actor.operatorKey(call.keyId()));
    }

    private Answer remove(ApiCall call, long organizationId) {
        long id = call.id("limit", RateLimit.PREFIX, "rate_limit");
        if (!limits.remove(organizationId, id, Actor.operatorKey(call.keyId()))) {
            throw ApiFault.notFound("rate_limit", null);
        }
        return Answer.ok(
                Json.object()
                        .put("object", "rate_limit")
                        .put("id", Ids.print(RateLimit.PREFIX, id))
                        .put("deleted", true));
    }

    private static ObjectNode view(RateLimit limit) {
        ObjectNode view = Json.object();
        view.put("object", "rate_limit");
        view.put("id", limit.id() == OF_SETTINGS ? null : Ids.print(RateLimit.PREFIX, limit.id()));
        view.put("default", limit.isDefault());
        ObjectNode subject = view.putObject("subject");
        subject.put("type", limit.subject().kind().name().toLowerCase(Locale.ROOT));
        subject.put("id", printed(limit));
        view.put("model", limit.model().isEmpty() ? null : limit.model());
        for (RateUnit unit : RateUnit.values()) {
            view.put(field(unit), limit.bounds().byUnit().get(unit));
        }
        return view;
    }

    private static String printed(RateLimit limit) {
        return switch (limit.subject().kind()) {
            case ORGANIZATION ->
                    limit.isDefault()
                            ? "*"
                            : Ids.print(Organization.PREFIX, limit.organizationId());
            case PROJECT -> Ids.print(Project.PREFIX, limit.subject().id());
            case API_KEY -> Ids.print(ApiKey.PREFIX, limit.subject().id());
        };
    }

    /** The names are OpenAI's. */
    private static String field(RateUnit unit) {
        return switch (unit) {
            case REQUESTS_PER_MINUTE -> "max_requests_per_1_minute";
            case TOKENS_PER_MINUTE -> "max_tokens_per_1_minute";
            case REQUESTS_PER_DAY -> "max_requests_per_1_day";
            case IMAGES_PER_MINUTE -> "max_images_per_1_minute";
            case AUDIO_SECONDS_PER_MINUTE -> "max_audio_seconds_per_1_minute";
        };
    }

    private static Set<String> fields(boolean ofOrganization) {
        Set<String> names = new HashSet<>();
        names.add("model");
        if (ofOrganization) {
            names.add("subject");
        }
        for (RateUnit unit : RateUnit.values()) {
            names.add(field(unit));
        }
        return names;
    }
}
