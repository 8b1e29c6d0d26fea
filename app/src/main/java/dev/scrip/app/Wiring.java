package dev.scrip.app;

import dev.scrip.alerts.Audit;
import dev.scrip.charging.Charging;
import dev.scrip.console.ConsoleSettings;
import dev.scrip.identity.Identity;
import dev.scrip.ledger.Books;
import dev.scrip.ledger.Ledger;
import dev.scrip.metering.Metering;
import dev.scrip.notifications.Outbox;
import dev.scrip.onboarding.Onboarding;
import dev.scrip.organizations.OperatorKeys;
import dev.scrip.organizations.Organizations;
import dev.scrip.organizations.RateLimits;
import dev.scrip.payments.Payments;
import dev.scrip.pricing.PriceBook;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Hands the modules of the {@link Installation} to the pages. */
final class Wiring {

    @Produces
    @Singleton
    InstantSource clock() {
        return Server.installation().clock();
    }

    @Produces
    @Singleton
    ConsoleSettings consoleSettings() {
        return new ConsoleSettings(Server.installation().settings().publicUrl());
    }

    @Produces
    @Singleton
    Ledger ledger() {
        return Server.installation().ledger();
    }

    @Produces
    @Singleton
    Books books() {
        return Server.installation().books();
    }

    @Produces
    @Singleton
    PriceBook prices() {
        return Server.installation().prices();
    }

    @Produces
    @Singleton
    Metering metering() {
        return Server.installation().metering();
    }

    @Produces
    @Singleton
    Charging charging() {
        return Server.installation().charging();
    }

    @Produces
    @Singleton
    Audit audit() {
        return Server.installation().audit();
    }

    @Produces
    @Singleton
    Organizations organizations() {
        return Server.installation().organizations();
    }

    @Produces
    @Singleton
    RateLimits rateLimits() {
        return Server.installation().rateLimits();
    }

    @Produces
    @Singleton
    OperatorKeys operatorKeys() {
        return Server.installation().operatorKeys();
    }

    @Produces
    @Singleton
    Identity identity() {
        return Server.installation().identity();
    }

    @Produces
    @Singleton
    Outbox outbox() {
        return Server.installation().outbox();
    }

    @Produces
    @Singleton
    Payments payments() {
        return Server.installation().payments();
    }

    @Produces
    @Singleton
    Onboarding onboarding() {
        return Server.installation().onboarding();
    }
}
