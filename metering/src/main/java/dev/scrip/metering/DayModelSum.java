package dev.scrip.metering;

import dev.scrip.money.Money;
import java.time.LocalDate;

/** One bar segment of the usage chart: a model's share of a day. */
public record DayModelSum(LocalDate day, String model, long requests, long tokens, Money amount) {}
