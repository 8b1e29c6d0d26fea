package dev.scrip.gateway;

import io.vertx.core.buffer.Buffer;

/** An answer of the demonstration model, in the very bytes in which a server would send it. */
interface DemonstrationAnswer {

    /** What it is in one piece. */
    default String contentType() {
        return "application/json";
    }

    /** In one piece. */
    Buffer whole();

    /** The beginning of its stream. */
    Buffer opening();

    /**
     * Adds the events of one round, in which each choice gets its next piece.
     *
     * @return false when there was none left
     */
    boolean round(int round, Buffer events);

    /** The end of its stream. */
    Buffer closing();

    /** An answer of an endpoint that does not stream. */
    static DemonstrationAnswer inOnePiece(Buffer body) {
        return new DemonstrationAnswer() {
            @Override
            public Buffer whole() {
                return body;
            }

            @Override
            public Buffer opening() {
                return body;
            }

            @Override
            public boolean round(int round, Buffer events) {
                return false;
            }

            @Override
            public Buffer closing() {
                return Buffer.buffer();
            }
        };
    }
}
