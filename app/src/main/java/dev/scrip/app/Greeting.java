package dev.scrip.app;

import dev.scrip.onboarding.Bootstrap;
import java.io.PrintStream;
import java.util.Optional;

/** What the start prints: the address and, once, the operator's sign-in and a first call. */
final class Greeting {

    private Greeting() {}

    /**
     * Prints the greeting.
     *
     * @param bootstrap the first start's secrets; empty at every later start
     */
    static void print(Settings settings, Optional<Bootstrap> bootstrap, PrintStream out) {
        String local = "http://localhost:" + settings.port();
        out.printf("%nScrip is running at %s%n", settings.publicUrl());
        bootstrap.ifPresentOrElse(
                secrets -> printOnce(secrets, settings, local, out),
                () ->
                        out.printf(
                                "Operator: %s (lost the password? make password)%n",
                                settings.operatorEmail()));
        out.println("Stop with Ctrl-C; everything is kept in " + settings.data());
        out.flush();
    }

    private static void printOnce(
            Bootstrap secrets, Settings settings, String local, PrintStream out) {
        out.printf(
                """
                Operator: %s   password: %s   (shown only this once)
                A first call, paid from trial credit:

                curl %s/v1/chat/completions -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d '{"model":"scrip-demo","messages":[{"role":"user","content":"Hello!"}]}'

                """,
                settings.operatorEmail(), secrets.operatorPassword(), local, secrets.apiKey());
    }
}
