package dev.scrip.charging;

import dev.scrip.postgres.Ids;

/** How requests are named in public: {@code req_...}, also those that were refused. */
public final class RequestIds {

    /** What stands before the characters of the id. */
    public static final String PREFIX = "req_";

    private RequestIds() {}

    /** The public name of the request of a hold or a usage record. */
    public static String print(long requestId) {
        return Ids.print(PREFIX, requestId);
    }

    /** A name for a request that got no hold. */
    public static String fresh() {
        return print(Ids.next());
    }
}
