package dev.scrip.proof;

import dev.scrip.money.Money;

/** One usage record: a durable charge. */
record Charged(String mark, long requestId, Money amount) {}
