package dev.scrip.app;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Looks at pages on a phone, a tablet and a desk, light and dark: accessible, never wider than the
 * screen. Keeps a picture of each under {@code target/screenshots}.
 */
final class Looks {

    private static final List<Integer> WIDTHS = List.of(1440, 820, 360);
    static final Path PICTURES = Path.of("target", "screenshots");

    /** What a person looks at; taking a picture costs more time than checking the page. */
    private static final Set<String> PICTURED = Set.of("1440-light", "1440-dark", "360-light");

    /** Violations, each with the elements that have it. */
    private static final String AXE =
            """
            async rules => (await axe.run({...rules, resultTypes: ['violations']})).violations
                .map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join())
            """;

    private static final Map<String, ?> COLOURS =
            Map.of("runOnly", List.of("color-contrast", "link-in-text-block"));

    private static final String WIDER =
            """
            () => [...document.querySelectorAll('body *')]
                .filter(e => document.documentElement.scrollWidth > innerWidth
                    && e.getBoundingClientRect().right > innerWidth)
                .map(e => e.outerHTML.slice(0, 120))
            """;

    /** All are gathered, so that one run tells everything. */
    private final List<String> faults = new ArrayList<>();

    /** What the browser said by itself. */
    void complain(List<String> complaints) {
        faults.addAll(complaints);
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /**
     * Looks at the page that is open, without loading it again: it follows width and theme. The
     * theme decides nothing but colours, so the dark page is asked only about those.
     */
    void at(Person person, String name) {
        Page page = person.page();
        page.evaluate(AxeBuilder.getAxeScript());
        for (int width : WIDTHS) {
            page.setViewportSize(width, 900);
            look(page, name, width, ColorScheme.LIGHT, Map.of());
            look(page, name, width, ColorScheme.DARK, COLOURS);
            for (Object wider : (List<?>) page.evaluate(WIDER)) {
                faults.add(name + " is wider than " + width + ": " + wider);
            }
        }
    }

    private void look(Page page, String name, int width, ColorScheme scheme, Map<String, ?> rules) {
        page.emulateMedia(
                new Page.EmulateMediaOptions()
                        .setColorScheme(scheme)
                        // So that no colour is measured on its way from light to dark.
                        .setReducedMotion(ReducedMotion.REDUCE));
        String at = width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        if (PICTURED.contains(at)) {
            page.screenshot(
                    new Page.ScreenshotOptions()
                            .setFullPage(true)
                            .setPath(PICTURES.resolve(at).resolve(name + ".png")));
        }
        for (Object violation : (List<?>) page.evaluate(AXE, rules)) {
            faults.add(name + " at " + at + ": " + violation);
        }
    }
}
