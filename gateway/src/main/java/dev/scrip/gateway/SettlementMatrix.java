package dev.scrip.gateway;

/**
 * What a request costs at every edge, decided in one place; the same table stands in the module's
 * README and is tested cell by cell.
 */
final class SettlementMatrix {

    /** How the hold ends. */
    sealed interface Verdict {

        /** It costs nothing. */
        record Release() implements Verdict {}

        /** It costs what the upstream counted. */
        record ByUsage(Ending ending) implements Verdict {}

        /** It costs what we count: the input and all output that was relayed. */
        record ByCount(Ending ending) implements Verdict {}
    }

    private static final Verdict RELEASE = new Verdict.Release();

    private SettlementMatrix() {}

    /**
     * @param usageSeen the upstream told its usage
     * @param relayed a part of the answer went to the client
     * @param clientGone the client hung up before the end
     */
    static Verdict decide(Fate fate, boolean usageSeen, boolean relayed, boolean clientGone) {
        return switch (fate) {
            case NOT_DISPATCHED, UNREACHABLE, TIMED_OUT, REFUSED -> RELEASE;
            case COMPLETED -> charge(Ending.COMPLETED, usageSeen, clientGone);
            case LIMITED -> charge(Ending.FUNDS_ENDED, usageSeen, clientGone);
            case ABANDONED -> charge(Ending.CLIENT_GONE, usageSeen, clientGone);
            case CUT ->
                    usageSeen || relayed
                            ? charge(Ending.UPSTREAM_CUT, usageSeen, clientGone)
                            : RELEASE;
            case STOPPED ->
                    usageSeen || relayed || clientGone
                            ? charge(Ending.GATEWAY_STOPPED, usageSeen, clientGone)
                            : RELEASE;
            case REVOKED ->
                    usageSeen || relayed || clientGone
                            ? charge(Ending.KEY_REVOKED, usageSeen, clientGone)
                            : RELEASE;
        };
    }

    private static Verdict charge(Ending ending, boolean usageSeen, boolean clientGone) {
        Ending said = clientGone ? Ending.CLIENT_GONE : ending;
        return usageSeen ? new Verdict.ByUsage(said) : new Verdict.ByCount(said);
    }
}
