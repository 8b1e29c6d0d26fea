package dev.scrip.metering;

/** What usage can be added up by. */
public enum UsageGroup {
    DAY,
    MODEL,
    PROJECT,
    API_KEY
}
