package dev.scrip.app;

import dev.scrip.money.Money;
import dev.scrip.notifications.SmtpServer;
import dev.scrip.onboarding.OnboardingPolicy;
import dev.scrip.organizations.RateBounds;
import dev.scrip.organizations.RateLimitSettings;
import dev.scrip.organizations.RateUnit;
import dev.scrip.payments.PurchasePolicy;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.StartFailure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** How this installation is configured: read once from the environment, checked as a whole. */
record Settings(
        int port,
        String host,
        Path data,
        String node,
        Optional<DatabaseAddress> database,
        String operatorEmail,
        OnboardingPolicy onboarding,
        PurchasePolicy purchases,
        RateLimitSettings rateLimits,
        Optional<SmtpServer> smtp,
        Optional<Path> upstreams,
        Duration auditEvery,
        int demoTokensPerSecond,
        MetricsReaders metrics,
        boolean accessLog,
        Duration headTime,
        Duration answersKeptFor) {

    /** Every setting there is; {@code docs/settings.md} is checked against this list. */
    static final List<Setting> ALL =
            List.of(
                    new Setting("SCRIP_PORT", "8080", "Port of the console and the API."),
                    new Setting(
                            "SCRIP_HOST",
                            "127.0.0.1",
                            "Address to listen on; 0.0.0.0 for every network interface."),
                    new Setting(
                            "SCRIP_DATA",
                            "./data",
                            "Folder of the embedded PostgreSQL and of this process's lock file."),
                    new Setting(
                            "SCRIP_NODE",
                            "main",
                            "Name of this process, unique among the processes of one database."
                                    + " Keep it over restarts."),
                    new Setting(
                            "SCRIP_PUBLIC_URL",
                            "",
                            "Where people reach this installation, for links in mails, such as"
                                    + " https://credits.example.org. Not set: http://localhost and the"
                                    + " port."),
                    new Setting(
                            "SCRIP_DATABASE_URL",
                            "",
                            "A PostgreSQL of your own, version 15 or newer, such as"
                                    + " jdbc:postgresql://db.example.org/scrip. Not set: the embedded"
                                    + " one."),
                    new Setting("SCRIP_DATABASE_USER", "", "Its user."),
                    new Setting("SCRIP_DATABASE_PASSWORD", "", "Its password."),
                    new Setting(
                            "SCRIP_OPERATOR_EMAIL",
                            "operator@example.com",
                            "Sign-in of the first operator, made at the first start."),
                    new Setting(
                            "SCRIP_TRIAL_AMOUNT",
                            "5.00",
                            "Trial credit for a newcomer, in dollars; 0 for none."),
                    new Setting(
                            "SCRIP_TRIAL_LIFE",
                            "P3M",
                            "How long trial credit lasts, as an ISO 8601 period: P3M is three"
                                    + " months."),
                    new Setting(
                            "SCRIP_PURCHASE_MIN",
                            "5.00",
                            "The least that is bought at once, in dollars."),
                    new Setting(
                            "SCRIP_PURCHASE_MAX",
                            "1000.00",
                            "The most that is bought at once, in dollars."),
                    new Setting(
                            "SCRIP_RATE_REQUESTS_PER_MINUTE",
                            "",
                            "How many requests an organization may make in a minute, as long as the"
                                    + " operator sets nothing else (docs/limits.md). Not set: any"
                                    + " number."),
                    new Setting(
                            "SCRIP_RATE_TOKENS_PER_MINUTE",
                            "",
                            "How many tokens an organization may use in a minute."),
                    new Setting(
                            "SCRIP_RATE_REQUESTS_PER_DAY",
                            "",
                            "How many requests an organization may make in a day."),
                    new Setting(
                            "SCRIP_RATE_BURST_SECONDS",
                            "15",
                            "How much of a minute's limit may pass at once, in seconds: 15 is a"
                                    + " quarter, 60 all of it."),
                    new Setting(
                            "SCRIP_SMTP_HOST",
                            "",
                            "Server that delivers mails. Not set: mails wait in the outbox page."),
                    new Setting("SCRIP_SMTP_PORT", "587", "Its port."),
                    new Setting("SCRIP_SMTP_SECURITY", "STARTTLS", "STARTTLS, TLS or NONE."),
                    new Setting("SCRIP_SMTP_USER", "", "Its user; not set: no sign-in."),
                    new Setting("SCRIP_SMTP_PASSWORD", "", "Its password."),
                    new Setting("SCRIP_SMTP_FROM", "", "The sender's address of all mails."),
                    new Setting(
                            "SCRIP_UPSTREAMS",
                            "",
                            "A JSON file that names the model servers to relay to"
                                    + " (docs/upstreams.md). Not set: the built-in demonstration model"
                                    + " alone."),
                    new Setting(
                            "SCRIP_AUDIT_HOURS",
                            "24",
                            "How often the books are recomputed by themselves, on one of the"
                                    + " processes; a difference freezes that wallet and is an alarm."),
                    new Setting(
                            "SCRIP_DEMO_TOKENS_PER_SECOND",
                            "100",
                            "Pace of the demonstration model's streams; 0: as fast as it can."),
                    new Setting(
                            "SCRIP_METRICS",
                            "loopback",
                            "Who may read /metrics: loopback (programs on this machine), all, or"
                                    + " none (docs/observability.md)."),
                    new Setting(
                            "SCRIP_ACCESS_LOG",
                            "on",
                            "on: each request to the gateway is a line of JSON on standard output,"
                                    + " with its charge and without its content; off."),
                    new Setting(
                            "SCRIP_HEAD_SECONDS",
                            "30",
                            "How long a client may take to send the head of a request, from its"
                                    + " first byte; then its connection is closed."),
                    new Setting(
                            "SCRIP_KEEP_ANSWERS_HOURS",
                            "24",
                            "How long the answer to a request with an Idempotency-Key is kept, text"
                                    + " and all, to be given again (docs/endpoints.md). 0: nothing is"
                                    + " kept and the header means nothing."));

    /**
     * Reads the settings.
     *
     * @throws StartFailure naming every setting that is wrong or unknown, one line each
     */
    static Settings read(Map<String, String> environment) {
        SettingsReader reader = new SettingsReader(environment);
        reader.refuseUnknown();
        int port = reader.number("SCRIP_PORT", 1, 65_535);
        Settings settings =
                new Settings(
                        port,
                        reader.text("SCRIP_HOST"),
                        Path.of(reader.text("SCRIP_DATA")).toAbsolutePath().normalize(),
                        reader.text("SCRIP_NODE"),
                        database(reader),
                        reader.text("SCRIP_OPERATOR_EMAIL"),
                        new OnboardingPolicy(
                                reader.money("SCRIP_TRIAL_AMOUNT"),
                                reader.period("SCRIP_TRIAL_LIFE"),
                                publicUrl(reader, port)),
                        purchases(reader),
                        rateLimits(reader),
                        smtp(reader),
                        reader.optional("SCRIP_UPSTREAMS").map(Path::of),
                        Duration.ofHours(reader.number("SCRIP_AUDIT_HOURS", 1, 8_760)),
                        reader.number("SCRIP_DEMO_TOKENS_PER_SECOND", 0, 1_000_000),
                        reader.metricsReaders("SCRIP_METRICS"),
                        reader.isOn("SCRIP_ACCESS_LOG"),
                        Duration.ofSeconds(reader.number("SCRIP_HEAD_SECONDS", 1, 600)),
                        Duration.ofHours(reader.number("SCRIP_KEEP_ANSWERS_HOURS", 0, 720)));
        reader.throwFaults();
        return settings;
    }

    String publicUrl() {
        return onboarding.publicUrl();
    }

    private static String publicUrl(SettingsReader reader, int port) {
        Optional<String> url = reader.optional("SCRIP_PUBLIC_URL");
        url.filter(given -> !isWebAddress(given))
                .ifPresent(
                        _ ->
                                reader.fault(
                                        "SCRIP_PUBLIC_URL",
                                        "must be an address such as https://credits.example.org"));
        return url.map(given -> given.replaceFirst("/+$", "")).orElse("http://localhost:" + port);
    }

    private static boolean isWebAddress(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static Optional<DatabaseAddress> database(SettingsReader reader) {
        Optional<String> url = reader.optional("SCRIP_DATABASE_URL");
        if (url.isPresent() && !url.get().startsWith("jdbc:postgresql:")) {
            reader.fault("SCRIP_DATABASE_URL", "must begin with jdbc:postgresql:");
        }
        String user = reader.text("SCRIP_DATABASE_USER");
        String password = reader.text("SCRIP_DATABASE_PASSWORD");
        return url.map(given -> new DatabaseAddress(given, user, password, DATABASE_CONNECTIONS));
    }

    /** Enough for the settlement lanes and the pages of one process. */
    static final int DATABASE_CONNECTIONS = 20;

    private static PurchasePolicy purchases(SettingsReader reader) {
        Money min = reader.money("SCRIP_PURCHASE_MIN");
        Money max = reader.money("SCRIP_PURCHASE_MAX");
        if (max.isLessThan(min)) {
            reader.fault("SCRIP_PURCHASE_MAX", "must not be less than SCRIP_PURCHASE_MIN");
        }
        return new PurchasePolicy(min, max);
    }

    private static RateLimitSettings rateLimits(SettingsReader reader) {
        Map<RateUnit, Long> bounds = new EnumMap<>(RateUnit.class);
        reader.count("SCRIP_RATE_REQUESTS_PER_MINUTE")
                .ifPresent(max -> bounds.put(RateUnit.REQUESTS_PER_MINUTE, max));
        reader.count("SCRIP_RATE_TOKENS_PER_MINUTE")
                .ifPresent(max -> bounds.put(RateUnit.TOKENS_PER_MINUTE, max));
        reader.count("SCRIP_RATE_REQUESTS_PER_DAY")
                .ifPresent(max -> bounds.put(RateUnit.REQUESTS_PER_DAY, max));
        return new RateLimitSettings(
                new RateBounds(bounds),
                Duration.ofSeconds(reader.number("SCRIP_RATE_BURST_SECONDS", 1, 60)));
    }

    private static Optional<SmtpServer> smtp(SettingsReader reader) {
        Optional<String> host = reader.optional("SCRIP_SMTP_HOST");
        int port = reader.number("SCRIP_SMTP_PORT", 1, 65_535);
        SmtpServer.Security security = reader.security("SCRIP_SMTP_SECURITY");
        String from = reader.text("SCRIP_SMTP_FROM");
        if (host.isPresent() && from.isEmpty()) {
            reader.fault("SCRIP_SMTP_FROM", "must be set when SCRIP_SMTP_HOST is");
        }
        return host.map(
                name ->
                        new SmtpServer(
                                name,
                                port,
                                security,
                                reader.text("SCRIP_SMTP_USER"),
                                reader.text("SCRIP_SMTP_PASSWORD"),
                                from));
    }

    /** Reads single settings and gathers what is wrong with them. */
    private static final class SettingsReader {

        private final Map<String, String> environment;
        private final List<String> faults = new ArrayList<>();

        SettingsReader(Map<String, String> environment) {
            this.environment = environment;
        }

        void refuseUnknown() {
            List<String> known = ALL.stream().map(Setting::name).toList();
            for (String name : new TreeSet<>(environment.keySet())) {
                if (name.startsWith("SCRIP_") && !known.contains(name)) {
                    faults.add(name + " is no setting; docs/settings.md lists all of them");
                }
            }
        }

        String text(String name) {
            String value = environment.getOrDefault(name, "").strip();
            return value.isEmpty() ? standard(name) : value;
        }

        Optional<String> optional(String name) {
            return Optional.of(text(name)).filter(value -> !value.isEmpty());
        }

        int number(String name, int min, int max) {
            try {
                int value = Integer.parseInt(text(name));
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException notANumber) {
                // falls through to the fault
            }
            fault(name, "must be a number from " + min + " to " + max);
            return min;
        }

        /** A number from 1, if it is set. */
        OptionalLong count(String name) {
            Optional<String> text = optional(name);
            if (text.isEmpty()) {
                return OptionalLong.empty();
            }
            try {
                long value = Long.parseLong(text.get());
                if (value >= 1 && value <= RateBounds.MAX) {
                    return OptionalLong.of(value);
                }
            } catch (NumberFormatException notANumber) {
                // falls through to the fault
            }
            fault(name, "must be a number from 1 to " + RateBounds.MAX);
            return OptionalLong.empty();
        }

        Money money(String name) {
            Optional<Money> amount = Money.parse(text(name));
            if (amount.isEmpty()) {
                fault(name, "must be an amount in dollars such as 5.00");
            }
            return amount.orElse(Money.ZERO);
        }

        Period period(String name) {
            try {
                Period period = Period.parse(text(name));
                if (!period.isNegative() && !period.isZero()) {
                    return period;
                }
            } catch (java.time.format.DateTimeParseException malformed) {
                // falls through to the fault
            }
            fault(name, "must be a period such as P3M (three months) or P14D (14 days)");
            return Period.ofDays(1);
        }

        SmtpServer.Security security(String name) {
            try {
                return SmtpServer.Security.valueOf(text(name));
            } catch (IllegalArgumentException unknown) {
                fault(name, "must be STARTTLS, TLS or NONE");
                return SmtpServer.Security.STARTTLS;
            }
        }

        MetricsReaders metricsReaders(String name) {
            try {
                return MetricsReaders.valueOf(text(name).toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException unknown) {
                fault(name, "must be loopback, all or none");
                return MetricsReaders.NONE;
            }
        }

        boolean isOn(String name) {
            if (!text(name).equals("on") && !text(name).equals("off")) {
                fault(name, "must be on or off");
            }
            return text(name).equals("on");
        }

        void fault(String name, String what) {
            String value = name.contains("PASSWORD") ? "***" : text(name);
            faults.add("%s=%s: %s".formatted(name, value, what));
        }

        void throwFaults() {
            if (!faults.isEmpty()) {
                throw new StartFailure(String.join("\n", faults));
            }
        }

        private static String standard(String name) {
            return ALL.stream()
                    .filter(setting -> setting.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .standard();
        }
    }
}
