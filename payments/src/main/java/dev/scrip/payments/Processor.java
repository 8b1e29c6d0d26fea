package dev.scrip.payments;

/** A payment processor: it keeps the cards and moves the money; we hold its names for them. */
public interface Processor {

    /** "sandbox" or the processor's name, for pages and records. */
    String name();
}
