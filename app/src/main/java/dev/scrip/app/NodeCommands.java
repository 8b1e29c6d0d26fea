package dev.scrip.app;

import dev.scrip.ledger.Incarnation;
import dev.scrip.ledger.Ledger;
import dev.scrip.postgres.StartFailure;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The processes that serve one database, and the statement that one of them is dead. */
@Command(
        name = "node",
        description = "The processes that serve this database.",
        subcommands = {NodeCommands.ListThem.class, NodeCommands.Bury.class},
        synopsisSubcommandLabel = "COMMAND")
final class NodeCommands {

    private NodeCommands() {}

    /** One line for each process. */
    @Command(
            name = "list",
            description = "List the processes that may hold money, and how much of it.")
    static final class ListThem implements Runnable {

        @Option(names = "--all", description = "The dead ones too, with their proof.")
        boolean all;

        @Override
        public void run() {
            try (Offline offline = Offline.open(Settings.read(System.getenv()))) {
                List<Incarnation> incarnations = offline.installation().ledger().incarnations();
                print(
                        incarnations.stream()
                                .filter(each -> all || each.state() != Incarnation.State.DEAD)
                                .toList(),
                        System.out);
            }
        }

        private static void print(List<Incarnation> incarnations, PrintStream out) {
            if (incarnations.isEmpty()) {
                out.println("No process holds money.");
                return;
            }
            String line = "%-36s  %-16s  %-20s  %-20s  %-7s  %14s  %s%n";
            out.printf(line, "ID", "NODE", "STARTED", "LAST SEEN", "STATE", "OUTSTANDING", "PROOF");
            for (Incarnation each : incarnations) {
                out.printf(
                        line,
                        each.id(),
                        each.node(),
                        each.enlistedAt().truncatedTo(ChronoUnit.SECONDS),
                        each.seenAt().truncatedTo(ChronoUnit.SECONDS),
                        each.state(),
                        "$" + each.outstanding().exact(),
                        each.proof().orElse("-"));
            }
        }
    }

    /** Takes back the money of a process on the word of a person. */
    @Command(
            name = "bury",
            description = {
                "State that a process is dead for ever, and take back the money it was lent.",
                "Only for a process that certainly takes no further step: its machine is gone, or it"
                        + " was ended and will not come back. One that is only paused or cut off"
                        + " would go on to spend money that others were given."
            })
    static final class Bury implements Runnable {

        @Parameters(paramLabel = "ID", description = "Its id, as `node list` prints it.")
        UUID id = new UUID(0, 0);

        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "How it is known that it is dead; kept for ever, with who said so.")
        String reason = "";

        @Override
        public void run() {
            if (reason.isBlank()) {
                throw new StartFailure("--reason must say how it is known that it is dead");
            }
            try (Offline offline = Offline.open(Settings.read(System.getenv()))) {
                bury(offline.installation().ledger(), Clock.systemUTC().instant(), System.out);
            }
        }

        private void bury(Ledger ledger, Instant at, PrintStream out) {
            Incarnation doomed = find(ledger);
            if (doomed.state() == Incarnation.State.DEAD) {
                throw new StartFailure(
                        "%s is dead already: %s".formatted(id, doomed.proof().orElse("")));
            }
            out.printf(
                    "Process %s of node %s, started %s, last heard of %s:%n",
                    id,
                    doomed.node(),
                    doomed.enlistedAt().truncatedTo(ChronoUnit.SECONDS),
                    doomed.seenAt().truncatedTo(ChronoUnit.SECONDS));
            out.printf(
                    "  $%s of %,d organizations was lent to it and comes back to them.%n",
                    doomed.outstanding().exact(), doomed.organizations());
            out.flush();
            String proof =
                    "stated by %s at %s: %s"
                            .formatted(who(), at.truncatedTo(ChronoUnit.SECONDS), reason.strip());
            ledger.bury(id, proof);
            Incarnation dead = find(ledger);
            out.printf(
                    "Buried. The record keeps: %s%n",
                    dead.proof().orElseThrow(() -> new IllegalStateException("no proof of " + id)));
        }

        private Incarnation find(Ledger ledger) {
            return ledger.incarnations().stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new StartFailure(
                                            "no process has the id %s; `scrip node list --all` lists"
                                                            .formatted(id)
                                                    + " them"));
        }

        /** The account on this machine that says so. */
        private static String who() {
            String host;
            try {
                host = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException nameless) {
                host = "this machine";
            }
            return System.getProperty("user.name") + " on " + host;
        }
    }
}
