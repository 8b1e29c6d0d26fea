package dev.scrip.app;

/** Who may read the metrics. */
enum MetricsReaders {
    /** Programs on the same machine, as long as no proxy speaks for others. */
    LOOPBACK,
    /** Whoever reaches the port. */
    ALL,
    NONE
}
