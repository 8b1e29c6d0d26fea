package dev.scrip.alerts;

import dev.scrip.ledger.LedgerEvent;
import dev.scrip.notifications.Mail;
import dev.scrip.organizations.Organization;

/** The words of the mails: what happened, what it means now, and the next step. */
record AlertLetters(String publicUrl) {

    Mail write(LedgerEvent event, Organization organization, String to) {
        String name = organization.name();
        return switch (event.kind()) {
            case SOFT_LIMIT_REACHED ->
                    new Mail(
                            "soft_limit",
                            to,
                            "%s has reached its soft limit of $%s"
                                    .formatted(name, event.threshold().cents()),
                            """
                            Hello,

                            this month %s has spent $%s, and its soft limit is $%s.
                            Nothing is stopped: requests go on.

                            See what it went on:   %s/usage
                            Change the limit:      %s/limits
                            """
                                    .formatted(
                                            name,
                                            event.value().exact(),
                                            event.threshold().exact(),
                                            publicUrl,
                                            publicUrl));
            case HARD_LIMIT_REACHED ->
                    new Mail(
                            "hard_limit",
                            to,
                            "%s has reached its hard limit: requests are refused".formatted(name),
                            """
                            Hello,

                            the hard limit of %s, $%s a month, is used up: requests that it does
                            not cover are refused until next month or until it is raised. They work
                            again at once when it is.

                            Raise the limit:       %s/limits
                            See what it went on:   %s/usage
                            """
                                    .formatted(
                                            name, event.threshold().exact(), publicUrl, publicUrl));
            case WALLET_EMPTY ->
                    new Mail(
                            "wallet_empty",
                            to,
                            "%s is out of credit: requests are refused".formatted(name),
                            """
                            Hello,

                            the balance of %s does not cover its requests any more, so they are
                            refused. They work again with the next call after credit is bought,
                            with the same keys.

                            Buy credit:            %s/billing/buy
                            See what it went on:   %s/usage
                            """
                                    .formatted(name, publicUrl, publicUrl));
        };
    }
}
