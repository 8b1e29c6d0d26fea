package dev.scrip.console;

import dev.scrip.identity.Identity;
import dev.scrip.identity.User;
import dev.scrip.organizations.Actor;
import dev.scrip.organizations.RateChange;
import java.time.Instant;

/**
 * A change of a rate limit in a list.
 *
 * @param who "Ada Lovelace", or the operator's program
 * @param before empty: there was no limit
 * @param after empty: it was removed
 */
public record RateChangeRow(
        Instant at, String who, String whose, String models, String before, String after) {

    static RateChangeRow of(RateChange change, String whose, Identity identity, Formats formats) {
        return new RateChangeRow(
                change.at(),
                who(change.actor(), identity),
                whose,
                change.model().isEmpty() ? "all models" : change.model(),
                RateRow.words(change.before(), formats),
                RateRow.words(change.after(), formats));
    }

    private static String who(Actor actor, Identity identity) {
        return switch (actor.kind()) {
            case USER -> identity.user(actor.id()).map(User::name).orElse("somebody who is gone");
            case OPERATOR_KEY -> "the operator’s API";
        };
    }
}
