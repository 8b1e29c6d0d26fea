package dev.scrip.organizations;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of rate limits and of who changed them. */
final class RateLimitStore {

    private static final String SELECT =
            """
            SELECT organization_id, rate_limit_id, subject_kind, subject_id, model,
                   requests_per_minute, tokens_per_minute, requests_per_day,
                   images_per_minute, audio_seconds_per_minute
              FROM rate_limit
             WHERE organization_id = ANY(:organizationIds)
            """;

    private RateLimitStore() {}

    /** By id. */
    static List<RateLimit> limits(Handle handle, long organizationId, long afterId, int max) {
        return handle.createQuery(
                        SELECT + " AND rate_limit_id > :afterId ORDER BY rate_limit_id LIMIT :max")
                .bindArray("organizationIds", Long.class, List.of(organizationId))
                .bind("afterId", afterId)
                .bind("max", max)
                .map((row, context) -> limit(row))
                .list();
    }

    static Optional<RateLimit> limit(Handle handle, long organizationId, long id) {
        return handle.createQuery(SELECT + " AND rate_limit_id = :id")
                .bindArray("organizationIds", Long.class, List.of(organizationId))
                .bind("id", id)
                .map((row, context) -> limit(row))
                .findOne();
    }

    static Optional<RateLimit> limit(
            Handle handle, long organizationId, RateSubject subject, String model) {
        return handle.createQuery(
                        SELECT
                                + " AND subject_kind = :kind AND subject_id = :id AND model = :model FOR UPDATE")
                .bindArray("organizationIds", Long.class, List.of(organizationId))
                .bind("kind", subject.kind().name())
                .bind("id", subject.id())
                .bind("model", model)
                .map((row, context) -> limit(row))
                .findOne();
    }

    /** What a caller is under: limits of its organization, project and key, and the defaults. */
    static List<RateLimit> limitsOf(Handle handle, Caller caller) {
        return handle.createQuery(
                        SELECT
                                + """
                                 AND (subject_kind = 'ORGANIZATION'
                                      OR (subject_kind = 'PROJECT' AND subject_id = :projectId)
                                      OR (subject_kind = 'API_KEY' AND subject_id = :apiKeyId))
                                """)
                .bindArray(
                        "organizationIds",
                        Long.class,
                        List.of(RateLimit.DEFAULTS, caller.organizationId()))
                .bind("projectId", caller.projectId())
                .bind("apiKeyId", caller.apiKeyId())
                .map((row, context) -> limit(row))
                .list();
    }

    /** Puts a limit in the place of the one of the same subject and model. */
    static void put(Handle tx, RateLimit limit, Instant at) {
        tx.createUpdate(
                        """
                        INSERT INTO rate_limit
                            (organization_id, rate_limit_id, subject_kind, subject_id, model,
                             requests_per_minute, tokens_per_minute, requests_per_day,
                             images_per_minute, audio_seconds_per_minute, set_at)
                        VALUES
                            (:organizationId, :id, :kind, :subjectId, :model,
                             :requests, :tokens, :daily, :images, :audio, :at)
                        ON CONFLICT (organization_id, subject_kind, subject_id, model) DO UPDATE
                           SET requests_per_minute = excluded.requests_per_minute,
                               tokens_per_minute = excluded.tokens_per_minute,
                               requests_per_day = excluded.requests_per_day,
                               images_per_minute = excluded.images_per_minute,
                               audio_seconds_per_minute = excluded.audio_seconds_per_minute,
                               set_at = excluded.set_at
                        """)
                .bind("organizationId", limit.organizationId())
                .bind("id", limit.id())
                .bind("kind", limit.subject().kind().name())
                .bind("subjectId", limit.subject().id())
                .bind("model", limit.model())
                .bind("requests", limit.bounds().byUnit().get(RateUnit.REQUESTS_PER_MINUTE))
                .bind("tokens", limit.bounds().byUnit().get(RateUnit.TOKENS_PER_MINUTE))
                .bind("daily", limit.bounds().byUnit().get(RateUnit.REQUESTS_PER_DAY))
                .bind("images", limit.bounds().byUnit().get(RateUnit.IMAGES_PER_MINUTE))
                .bind("audio", limit.bounds().byUnit().get(RateUnit.AUDIO_SECONDS_PER_MINUTE))
                .bind("at", at)
                .execute();
    }

    static void remove(Handle tx, RateLimit limit) {
        tx.createUpdate(
                        """
                        DELETE FROM rate_limit
                         WHERE organization_id = :organizationId
                           AND rate_limit_id = :id
                        """)
                .bind("organizationId", limit.organizationId())
                .bind("id", limit.id())
                .execute();
    }

    static void insert(Handle tx, long organizationId, RateChange change) {
        tx.createUpdate(
                        """
                        INSERT INTO rate_limit_change
                            (organization_id, change_id, changed_at, actor_kind, actor_id,
                             subject_kind, subject_id, model, old_bounds, new_bounds)
                        VALUES
                            (:organizationId, :id, :at, :actorKind, :actorId,
                             :subjectKind, :subjectId, :model, :before, :after)
                        """)
                .bind("organizationId", organizationId)
                .bind("id", change.id())
                .bind("at", change.at())
                .bind("actorKind", change.actor().kind().name())
                .bind("actorId", change.actor().id())
                .bind("subjectKind", change.subject().kind().name())
                .bind("subjectId", change.subject().id())
                .bind("model", change.model())
                .bind("before", change.before().print())
                .bind("after", change.after().print())
                .execute();
    }

    /** Newest first. */
    static List<RateChange> changes(Handle handle, long organizationId, int max) {
        return handle.createQuery(
                        """
                        SELECT change_id, changed_at, actor_kind, actor_id, subject_kind, subject_id,
                               model, old_bounds, new_bounds
                          FROM rate_limit_change
                         WHERE organization_id = :organizationId
                         ORDER BY change_id DESC
                         LIMIT :max
                        """)
                .bind("organizationId", organizationId)
                .bind("max", max)
                .map(
                        (row, context) ->
                                new RateChange(
                                        row.getLong("change_id"),
                                        row.getTimestamp("changed_at").toInstant(),
                                        new Actor(
                                                Actor.Kind.valueOf(row.getString("actor_kind")),
                                                row.getLong("actor_id")),
                                        subject(row),
                                        row.getString("model"),
                                        RateBounds.parse(row.getString("old_bounds")),
                                        RateBounds.parse(row.getString("new_bounds"))))
                .list();
    }

    /** Whose limits were changed, by the changes' ids. */
    static Map<Long, Long> changedSince(Handle handle, Instant since) {
        return handle.createQuery(
                        """
                        SELECT change_id, organization_id
                          FROM rate_limit_change
                         WHERE changed_at >= :since
                        """)
                .bind("since", since)
                .reduceRows(
                        new HashMap<Long, Long>(),
                        (changes, row) -> {
                            changes.put(
                                    row.getColumn("change_id", Long.class),
                                    row.getColumn("organization_id", Long.class));
                            return changes;
                        });
    }

    private static RateLimit limit(ResultSet row) throws SQLException {
        Map<RateUnit, Long> bounds = new EnumMap<>(RateUnit.class);
        put(bounds, RateUnit.REQUESTS_PER_MINUTE, row, "requests_per_minute");
        put(bounds, RateUnit.TOKENS_PER_MINUTE, row, "tokens_per_minute");
        put(bounds, RateUnit.REQUESTS_PER_DAY, row, "requests_per_day");
        put(bounds, RateUnit.IMAGES_PER_MINUTE, row, "images_per_minute");
        put(bounds, RateUnit.AUDIO_SECONDS_PER_MINUTE, row, "audio_seconds_per_minute");
        return new RateLimit(
                row.getLong("organization_id"),
                row.getLong("rate_limit_id"),
                subject(row),
                row.getString("model"),
                new RateBounds(bounds));
    }

    private static void put(Map<RateUnit, Long> bounds, RateUnit unit, ResultSet row, String column)
            throws SQLException {
        long max = row.getLong(column);
        if (!row.wasNull()) {
            bounds.put(unit, max);
        }
    }

    private static RateSubject subject(ResultSet row) throws SQLException {
        return new RateSubject(
                RateSubject.Kind.valueOf(row.getString("subject_kind")), row.getLong("subject_id"));
    }
}
