package dev.scrip.gateway;

/** How a request that was charged ended, as its record says. */
enum Ending {
    COMPLETED("completed"),
    CLIENT_GONE("client_gone"),
    FUNDS_ENDED("funds_ended"),
    UPSTREAM_CUT("upstream_cut"),
    GATEWAY_STOPPED("gateway_stopped"),
    KEY_REVOKED("key_revoked");

    private final String word;

    Ending(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
