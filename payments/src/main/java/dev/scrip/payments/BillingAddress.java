package dev.scrip.payments;

/** Where the card's bills go. {@code country} is an ISO 3166 code of two letters. */
public record BillingAddress(String line, String city, String postalCode, String country) {}
