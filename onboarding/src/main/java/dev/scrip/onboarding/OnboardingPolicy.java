package dev.scrip.onboarding;

import dev.scrip.money.Money;
import java.time.Period;

/**
 * The operator's choice for newcomers.
 *
 * @param trialAmount zero: no trial
 * @param trialLife from verification; default 3 months
 * @param publicUrl where people reach this installation, for links in mails; no slash at the end
 */
public record OnboardingPolicy(Money trialAmount, Period trialLife, String publicUrl) {}
