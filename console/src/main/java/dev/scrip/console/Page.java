package dev.scrip.console;

import dev.scrip.money.Money;
import io.quarkus.csrf.reactive.runtime.CsrfTokenParameterProvider;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every template may ask of its request, as {@code inject:page}. */
@RequestScoped
@Named("page")
public class Page {

    private final HttpHeaders headers;
    private final UriInfo address;
    private final ConsoleSettings settings;
    private final Visitor visitor;
    private final CsrfTokenParameterProvider csrf;
    private final Formats formats;

    Page(
            HttpHeaders headers,
            UriInfo address,
            ConsoleSettings settings,
            Visitor visitor,
            CsrfTokenParameterProvider csrf) {
        this.headers = headers;
        this.address = address;
        this.settings = settings;
        this.visitor = visitor;
        this.csrf = csrf;
        this.formats = new Formats(locale(headers), zone(headers, address));
    }

    public Formats formats() {
        return formats;
    }

    public String cents(Money amount) {
        return formats.cents(amount);
    }

    public String exact(Money amount) {
        return formats.exact(amount);
    }

    public String number(long count) {
        return formats.number(count);
    }

    public String number(int count) {
        return formats.number(count);
    }

    /** A value for an address. */
    public String encode(String value) {
        return Links.encode(value);
    }

    public String date(Instant moment) {
        return formats.date(moment);
    }

    public String dateTime(Instant moment) {
        return formats.dateTime(moment);
    }

    public ZoneId zone() {
        return formats.zone();
    }

    /** The address of this page on this server, query included. */
    public String here() {
        String query = address.getRequestUri().getRawQuery();
        return path() + (query == null ? "" : "?" + query);
    }

    public String path() {
        return address.getRequestUri().getRawPath();
    }

    public String csrfName() {
        return csrf.getParameterName();
    }

    /** What the forms of this page are sent with. */
    public String csrfToken() {
        try {
            return csrf.getToken();
        } catch (IllegalStateException refused) {
            return ""; // a form came without its token: the page that says so has none to give
        }
    }

    public String publicUrl() {
        return settings.publicUrl();
    }

    public String assetVersion() {
        return Assets.VERSION;
    }

    /** light, dark or system. */
    public String theme() {
        String chosen = Cookies.value(headers.getCookies(), Cookies.THEME);
        return chosen.equals("light") || chosen.equals("dark") ? chosen : "system";
    }

    /** What anybody may read, for the head of signed-out pages. */
    public List<Navigation.Item> publicPages() {
        return Navigation.publicPages(path());
    }

    public List<Navigation.Section> navigation() {
        return Navigation.of(visitor, path());
    }

    private static Locale locale(HttpHeaders headers) {
        List<Locale> wanted = headers.getAcceptableLanguages();
        Locale first = wanted.isEmpty() ? Locale.US : wanted.getFirst();
        return first.getLanguage().isEmpty() || first.getLanguage().equals("*") ? Locale.US : first;
    }

    /** The address says it, else the cookie that the browser or the settings page wrote. */
    private static ZoneId zone(HttpHeaders headers, UriInfo address) {
        String asked = address.getQueryParameters().getFirst("zone");
        String remembered = Cookies.value(headers.getCookies(), Cookies.ZONE);
        return Arrays.asList(asked, remembered.replace("%2F", "/")).stream()
                .flatMap(name -> zone(name).stream())
                .findFirst()
                .orElse(ZoneOffset.UTC);
    }

    static Optional<ZoneId> zone(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ZoneId.of(name));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }
}
