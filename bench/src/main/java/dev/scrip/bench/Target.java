package dev.scrip.bench;

/**
 * Who is asked.
 *
 * @param name for the report
 * @param isUpstream it is the upstream itself, or passes everything on to it as it is
 */
record Target(String name, String url, String key, boolean isUpstream) {}
