package dev.scrip.app;

/**
 * One environment variable that configures an installation.
 *
 * @param standard what holds when it is not set; empty: nothing
 * @param meaning for the reference page, {@code docs/settings.md}
 */
record Setting(String name, String standard, String meaning) {}
