package dev.scrip.payments;

/**
 * A published test card of the sandbox.
 *
 * @param number as it is printed on a card, in groups
 * @param behaviour what it does, as a sentence for the page
 */
public record TestCard(String number, String brand, String behaviour) {}
