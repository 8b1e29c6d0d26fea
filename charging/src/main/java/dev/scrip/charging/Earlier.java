package dev.scrip.charging;

/** What became of a request's key before. */
public sealed interface Earlier {

    /** Nothing that was charged: the request may run. */
    record Nothing() implements Earlier {}

    /** The same request was answered. */
    record Kept(KeptAnswer answer) implements Earlier {}

    /**
     * The same request runs, here or in another process, or nobody can say yet that it does not.
     */
    record Running() implements Earlier {}

    /** Another request was called the same. */
    record OtherRequest() implements Earlier {}

    /** The same request was charged, and what it was answered is not there. */
    record NotKept(long requestId, Reason reason) implements Earlier {}

    /** The database does not tell; asking again later can help. */
    record Unavailable() implements Earlier {}

    /** Why an answer that was charged is not there. */
    enum Reason {
        /** It was larger than what is kept. */
        TOO_LARGE,
        /** This process kept too much at that time. */
        NO_ROOM,
        /** The client left, or the answer ended otherwise, before all of it had come. */
        BROKEN_OFF,
        /** Its charge was not durable in time, so that nobody got the answer. */
        WITHHELD,
        /** Its process died between the charge and the answer, or could not keep it. */
        LOST
    }
}
