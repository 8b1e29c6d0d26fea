package dev.scrip.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.scrip.money.Money;
import dev.scrip.postgres.DatabaseAddress;
import dev.scrip.postgres.EmbeddedPostgres;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping, and what is said when a start cannot be. */
class StartIT {

    @TempDir Path folder;

    @Test
    void theGreetingWorksAsItStandsAndARestartKeepsEverything() throws Exception {
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), Map.of())) {
            String key = scrip.firstKey();
            assertThat(scrip.operatorPassword()).hasSizeGreaterThan(10);
            assertThat(shell(scrip.curlLine())).contains("\"object\":\"chat.completion\"");

            ScripProcess.Ended second = ScripProcess.command(scrip.data(), Map.of(), "serve");
            assertThat(second.code()).isEqualTo(2);
            assertThat(second.output()).contains("another Scrip is running on the data folder");

            assertThat(scrip.stop()).isIn(0, 143);
            scrip.startAgain();
            assertThat(scrip.output()).doesNotContain("password:").doesNotContain(key);
            HttpResponse<String> answer =
                    Calls.send(Calls.chat(scrip, key, "scrip-demo", 5, false));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    @Test
    void aSignalToStopLetsRunningRequestsEnd() throws Exception {
        Map<String, String> pace = Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "20");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), pace)) {
            String key = scrip.firstKey();
            try (BufferedReader running =
                    Calls.open(Calls.chat(scrip, key, "scrip-demo", 60, true))) {
                assertThat(running.readLine()).startsWith("data: {");
                CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(scrip::stop);
                assertThat(running.lines().filter(line -> !line.isEmpty()))
                        .last()
                        .isEqualTo("data: [DONE]");
                assertThat(stopped.get(60, TimeUnit.SECONDS)).isIn(0, 143);
            }
            assertThat(scrip.output()).doesNotContain("ERROR").doesNotContain("not everything");
            assertThat(EmbeddedPostgres.running(scrip.data(), 1)).as("PostgreSQL").isEmpty();
            assertThat(Files.readString(scrip.data().resolve("postgres.log")))
                    .contains("database system is shut down");
        }
        ScripProcess.Ended verified =
                ScripProcess.command(folder.resolve("data"), Map.of(), "verify");
        assertThat(verified.output()).contains("The books balance.").contains("agrees   I5");
        String head = verified.output().replaceFirst("(?s).* batches, (\\S+)\\s.*", "$1");
        assertThat(verify(head).output()).contains("agrees   I23 the journal continues the one");
        String other = head.substring(0, head.length() - 1) + (head.endsWith("0") ? "1" : "0");
        ScripProcess.Ended refused = verify(other);
        assertThat(refused.code()).isOne();
        assertThat(refused.output()).contains("DIFFERS  I23 the journal continues the one");
        assertThat(verify("nonsense").code()).isEqualTo(2);
    }

    private ScripProcess.Ended verify(String head) throws Exception {
        return ScripProcess.command(folder.resolve("data"), Map.of(), "verify", "--head", head);
    }

    @Test
    void aDeadProcessIsListedAndItsMoneyComesBackOnAStatement() throws Exception {
        Map<String, String> pace = Map.of("SCRIP_DEMO_TOKENS_PER_SECOND", "20");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), pace)) {
            DatabaseAddress address = EmbeddedPostgres.running(scrip.data(), 1).orElseThrow();
            Map<String, String> byUrl =
                    Map.of(
                            "SCRIP_DATABASE_URL", address.jdbcUrl(),
                            "SCRIP_DATABASE_USER", address.user(),
                            "SCRIP_DATABASE_PASSWORD", address.password(),
                            "SCRIP_NODE", "second",
                            "SCRIP_DEMO_TOKENS_PER_SECOND", "20");
            try (ScripProcess second = ScripProcess.start(folder.resolve("second"), byUrl)) {
                try (BufferedReader running =
                        Calls.open(Calls.chat(second, scrip.firstKey(), "scrip-demo", 200, true))) {
                    assertThat(running.readLine()).startsWith("data: {");
                    second.kill();
                }
            }
            ScripProcess.Ended listed =
                    ScripProcess.command(scrip.data(), Map.of(), "node", "list");
            assertThat(listed.output()).containsPattern("main\\S* .* LIVE ");
            Matcher dead =
                    Pattern.compile("(?m)^(\\S{36})  second\\S* .* LIVE +\\$(\\S+)")
                            .matcher(listed.output());
            assertThat(dead.find()).as(listed.output()).isTrue();
            assertThat(Money.ofDollars(dead.group(2)).isPositive()).isTrue();

            ScripProcess.Ended silent =
                    ScripProcess.command(scrip.data(), Map.of(), "node", "bury", dead.group(1));
            assertThat(silent.code()).isEqualTo(2);
            assertThat(silent.output()).contains("--reason");

            ScripProcess.Ended buried =
                    ScripProcess.command(
                            folder.resolve("elsewhere"),
                            byUrl,
                            "node",
                            "bury",
                            dead.group(1),
                            "--reason",
                            "its machine was scrapped");
            assertThat(buried.code()).as(buried.output()).isZero();
            assertThat(buried.output())
                    .contains("$" + dead.group(2) + " of 1 organizations")
                    .contains(System.getProperty("user.name"))
                    .contains("its machine was scrapped");
            ScripProcess.Ended after =
                    ScripProcess.command(scrip.data(), Map.of(), "node", "list", "--all");
            assertThat(after.output())
                    .containsPattern(dead.group(1) + ".* DEAD +\\$0.00 .*was scrapped");
        }
    }

    /** The deadline is found by Netty, and Quarkus' server has it. */
    @Test
    void aHeadThatComesDropByDropIsCutOff() throws Exception {
        Map<String, String> hurry = Map.of("SCRIP_HEAD_SECONDS", "1");
        try (ScripProcess scrip = ScripProcess.start(folder.resolve("data"), hurry)) {
            assertThat(Drops.areCutOff(scrip.port(), "GET / HTTP/1.1\r\nX-Slow: ")).isTrue();
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ScripProcess.Ended ended =
                    ScripProcess.command(
                            folder.resolve("data"),
                            Map.of("SCRIP_PORT", "" + taken.getLocalPort()),
                            "serve");
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.output().strip())
                    .isEqualTo(
                            "scrip: port %d of 127.0.0.1 is taken by another program: stop it, or set SCRIP_PORT to a free one"
                                    .formatted(taken.getLocalPort()));
        }
    }

    @Test
    void aWrongSettingIsOneLine() {
        ScripProcess.Ended ended =
                ScripProcess.command(
                        folder.resolve("data"), Map.of("SCRIP_TRIAL_AMOUNT", "lots"), "serve");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output().strip())
                .isEqualTo(
                        "scrip: SCRIP_TRIAL_AMOUNT=lots: must be an amount in dollars such as 5.00");
    }

    @Test
    void aFullDiskIsOneLine() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        boolean mounted =
                run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", small.toString()) == 0;
        assumeThat(mounted).as("this user may mount a small disk").isTrue();
        try {
            ScripProcess.Ended ended =
                    ScripProcess.command(small.resolve("data"), Map.of(), "serve");
            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.output()).contains("is full").contains("free some space");
        } finally {
            run("umount", small.toString());
        }
    }

    private static String shell(String line) throws Exception {
        Process process =
                new ProcessBuilder("bash", "-c", line.replace("curl ", "curl -sS ")).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new String(
                process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }
}
