package dev.scrip.app;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real browser, and all that its pages complained about. */
final class Chromium implements AutoCloseable {

    /**
     * No sandbox, because tests may run as root; nothing that reaches for the network by itself.
     */
    private static final List<String> ARGUMENTS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> complaints = new ArrayList<>();

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium launch() {
        Playwright playwright = Playwright.create();
        Browser browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(program())
                                        .setArgs(ARGUMENTS));
        return new Chromium(playwright, browser);
    }

    /** A page of a visitor of its own: with no cookie of any other. */
    Page visitor(ScripProcess scrip) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setBaseURL(scrip.url())
                                .setLocale("en-US")
                                .setViewportSize(1440, 900)
                                .setPermissions(List.of("clipboard-read", "clipboard-write")));
        context.onConsoleMessage(
                message -> {
                    boolean fault = List.of("error", "warning").contains(message.type());
                    // A page may be refused; what a page fails to load is looked at below.
                    if (fault && !message.text().startsWith("Failed to load resource")) {
                        complaints.add(message.location() + ": " + message.text());
                    }
                });
        context.onWebError(fault -> complaints.add(fault.page().url() + ": " + fault.error()));
        context.onResponse(
                response -> {
                    if (response.status() >= 400 && !response.request().isNavigationRequest()) {
                        complaints.add(response.url() + ": status " + response.status());
                    }
                });
        return context.newPage();
    }

    /** Script errors, breaches of the content security policy, and parts that did not load. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    /** The tool that {@code make test} uses as well, so that both find the same. */
    private static Path program() {
        try {
            Process finder = new ProcessBuilder("../tools/find-chromium").start();
            byte[] found = finder.getInputStream().readAllBytes();
            return Path.of(new String(found, StandardCharsets.UTF_8).strip());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
