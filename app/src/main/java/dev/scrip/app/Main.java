package dev.scrip.app;

import dev.scrip.ledger.JournalHead;
import dev.scrip.postgres.StartFailure;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The program: {@code scrip} serves; {@code scrip verify} and the others do one thing and end. */
@QuarkusMain
@Command(
        name = "scrip",
        description = "Prepaid API credits that cannot be overspent, and the gateway for them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            Main.Serve.class,
            Main.Verify.class,
            Main.Prices.class,
            Main.Operator.class,
            NodeCommands.class
        })
public final class Main implements Runnable {

    /** Exit code of a start or a command that somebody must put right first. */
    private static final int PUT_RIGHT_FIRST = 2;

    private final InstantSource clock;

    private Main(InstantSource clock) {
        this.clock = clock;
    }

    public static void main(String[] arguments) {
        System.exit(run(Clock.systemUTC(), arguments));
    }

    /**
     * Runs one command line to its end.
     *
     * @param clock what a serving process takes for the time; this machine's, but in experiments
     * @return the exit code
     */
    public static int run(InstantSource clock, String... arguments) {
        return new CommandLine(new Main(clock))
                .setExecutionExceptionHandler(Main::explain)
                .execute(arguments);
    }

    @Override
    public void run() {
        Server.run(Settings.read(System.getenv()), clock);
    }

    /** What a person can put right is one clear line; all else is a defect, with its trace. */
    private static int explain(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartFailure expected) {
                System.err.println("scrip: " + expected.getMessage());
                return PUT_RIGHT_FIRST;
            }
        }
        throw failure;
    }

    /** Serves the console and the API until it is told to stop. */
    @Command(name = "serve", description = "Serve the console and the API (the default).")
    static final class Serve implements Runnable {

        @ParentCommand private @Nullable Main program;

        @Override
        public void run() {
            Objects.requireNonNull(program).run();
        }
    }

    /** Recomputes the books; ends with 1 when they do not agree. */
    @Command(
            name = "verify",
            description = "Recompute every balance from the records; fails on any difference.")
    static final class Verify implements java.util.concurrent.Callable<Integer> {

        @Option(
                names = "--head",
                paramLabel = "HEAD",
                description =
                        "A journal head that was printed earlier, of this database or of the one it"
                                + " is a backup of: fails unless the journal continues from it.")
        @Nullable String head;

        @Override
        public Integer call() {
            Optional<JournalHead> kept = Optional.ofNullable(head).map(Verify::read);
            try (Offline offline = Offline.open(Settings.read(System.getenv()))) {
                Installation installation = offline.installation();
                return new VerificationReport(
                                installation.verify(kept),
                                installation.books().journalHead(),
                                installation.books().missingGuard())
                        .print(System.out);
            }
        }

        private static JournalHead read(String text) {
            return JournalHead.parse(text)
                    .orElseThrow(() -> new StartFailure("--head: not a journal head: " + text));
        }
    }

    /** The price book. */
    @Command(
            name = "prices",
            description = "The price book.",
            subcommands = Prices.Import.class,
            synopsisSubcommandLabel = "COMMAND")
    static final class Prices {

        /** Adds prices from a catalogue file. */
        @Command(
                name = "import",
                description = "Add prices from a file in the format of pydantic/genai-prices.")
        static final class Import implements Runnable {

            @Parameters(paramLabel = "FILE", description = "The catalogue, JSON.")
            java.nio.file.Path file = java.nio.file.Path.of("");

            @Option(
                    names = "--providers",
                    split = ",",
                    paramLabel = "ID",
                    description =
                            "Providers to take, the first that has a model wins. Default:"
                                    + " ${DEFAULT-VALUE}")
            List<String> providers = List.of("openai", "anthropic", "google", "mistral");

            @Override
            public void run() {
                try (Offline offline = Offline.open(Settings.read(System.getenv()))) {
                    var report =
                            offline.installation()
                                    .prices()
                                    .importGenaiPrices(file, Clock.systemUTC().instant());
                    report.skipped().forEach(line -> System.out.println("left out: " + line));
                    System.out.printf(
                            "%d prices added, %d known already, %d left out%n",
                            report.added(), report.unchanged(), report.skipped().size());
                }
            }
        }
    }

    /** The operator's sign-in. */
    @Command(
            name = "operator",
            description = "The operator's sign-in.",
            subcommands = Operator.ResetPassword.class,
            synopsisSubcommandLabel = "COMMAND")
    static final class Operator {

        /** Prints a new password. */
        @Command(
                name = "reset-password",
                description = "Give the operator a new password and print it.")
        static final class ResetPassword implements Runnable {
            @Override
            public void run() {
                Settings settings = Settings.read(System.getenv());
                try (Offline offline = Offline.open(settings)) {
                    System.out.println(offline.installation().resetOperatorPassword());
                }
            }
        }
    }

    /** Says which version this is. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"scrip " + Server.version()};
        }
    }
}
