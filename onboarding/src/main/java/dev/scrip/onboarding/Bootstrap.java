package dev.scrip.onboarding;

import dev.scrip.identity.User;
import dev.scrip.organizations.Organization;

/**
 * What the first start of an installation made, with the secrets that nobody can read again.
 *
 * @param operator verified, owner of the organization
 * @param apiKey the secret of a key in the organization's default project
 */
public record Bootstrap(
        User operator, String operatorPassword, Organization organization, String apiKey) {

    @Override
    public String toString() {
        return "Bootstrap[" + operator.email() + "]"; // never the secrets
    }
}
