package dev.scrip.charging;

/** Told how charging goes in this process, on whatever thread it happens; must not block. */
public interface ChargingWatch {

    /** Tells nobody. */
    ChargingWatch NOBODY =
            new ChargingWatch() {
                @Override
                public void admittedFromMemory() {}

                @Override
                public void waited(long nanos) {}

                @Override
                public void settled(int charges, long nanos) {}

                @Override
                public void notSettled() {}
            };

    /** A request was admitted by the leases in memory alone. */
    void admittedFromMemory();

    /** A request that the leases in memory did not cover waited so long for its admission. */
    void waited(long nanos);

    /**
     * A message to the ledger is committed.
     *
     * @param charges how many it carried; 0: it only leased or returned money
     */
    void settled(int charges, long nanos);

    /** A message to the ledger was not answered; it is sent again. */
    void notSettled();
}
