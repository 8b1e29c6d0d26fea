package dev.scrip.organizations;

import dev.scrip.postgres.Ids;

/**
 * A limit on how fast a subject may ask.
 *
 * @param organizationId 0: a default, for every organization that has none of its own for the same
 *     models
 * @param id 0: the default of the settings
 * @param model empty: all models together
 */
public record RateLimit(
        long organizationId, long id, RateSubject subject, String model, RateBounds bounds) {

    /** How its id is written in public: {@code rl_...}. */
    public static final String PREFIX = "rl_";

    /** The organization whose limits are the defaults. */
    public static final long DEFAULTS = 0;

    /** The longest name of a model. */
    public static final int MODEL_LENGTH_MAX = 256;

    public boolean isDefault() {
        return organizationId == DEFAULTS;
    }

    /**
     * Whose it is, as ids are written in public.
     *
     * @param caller somebody whom it limits
     */
    public String subjectId(Caller caller) {
        return switch (subject.kind()) {
            case ORGANIZATION -> Ids.print(Organization.PREFIX, caller.organizationId());
            case PROJECT -> Ids.print(Project.PREFIX, subject.id());
            case API_KEY -> Ids.print(ApiKey.PREFIX, subject.id());
        };
    }

    boolean covers(String asked) {
        return model.isEmpty() || model.equals(asked);
    }
}
