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
public record OnboardingPolicy(Money trialAmount, Period trialLife, String publicUrl) {

    /**
     * @throws IllegalArgumentException if the trial is negative or ends at once, or the address has
     *     a slash at its end
     */
    public OnboardingPolicy {
        if (trialAmount.isNegative()) {
            throw new IllegalArgumentException("a trial must not be negative: " + trialAmount);
        }
        if (trialLife.isZero() || trialLife.isNegative()) {
            throw new IllegalArgumentException("a trial must last: " + trialLife);
        }
        if (publicUrl.endsWith("/")) {
            throw new IllegalArgumentException("no slash at the end: " + publicUrl);
        }
    }
}
