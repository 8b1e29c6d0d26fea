package dev.scrip.console;

import java.util.ArrayList;
import java.util.List;

/** The side bar. A page gets its line here when it exists. */
public final class Navigation {

    /**
     * @param heading empty for the first section
     */
    public record Section(String heading, List<Item> items) {}

    /**
     * @param icon a name in {@code assets/icons.svg}
     */
    public record Item(String path, String name, String icon, boolean current) {}

    private Navigation() {}

    static List<Section> of(Visitor visitor, String path) {
        List<Section> sections = new ArrayList<>();
        if (visitor.isMember()) {
            sections.add(new Section("", member(path)));
        }
        if (visitor.isSignedIn()) {
            sections.add(new Section("You", account(path)));
        }
        sections.add(new Section("For everybody", publicPages(path)));
        if (visitor.isOperator()) {
            sections.add(new Section("Operator", operator(path)));
        }
        return sections;
    }

    /** Pages of the current organization. */
    private static List<Item> member(String path) {
        return List.of(
                item("/", "Dashboard", "home", path),
                item("/usage", "Usage", "chart", path),
                item("/requests", "Requests", "list", path),
                item("/billing", "Billing", "card", path),
                item("/limits", "Limits", "gauge", path),
                item("/keys", "API keys", "key", path));
    }

    private static List<Item> account(String path) {
        return List.of(
                item("/organizations", "Organizations", "building", path),
                item("/settings", "Settings", "gear", path));
    }

    private static List<Item> operator(String path) {
        return List.of(
                item("/operator/organizations", "Organizations", "people", path),
                item("/operator/prices", "Price book", "book", path),
                item("/operator/usage", "Margins", "chart", path),
                item("/operator/rates", "Rate limits", "gauge", path),
                item("/operator/books", "Books", "note", path),
                item("/operator/keys", "Operator keys", "key", path),
                item("/operator/verification", "Verification", "shield", path),
                item("/operator/upstreams", "Upstreams", "up", path),
                item("/operator/processes", "Processes", "screen", path),
                item("/operator/outbox", "Outbox", "mail", path));
    }

    /** Pages for everybody. */
    static List<Item> publicPages(String path) {
        return List.of(
                item("/pricing", "Pricing", "tag", path), item("/docs", "Docs", "book", path));
    }

    private static Item item(String target, String name, String icon, String path) {
        boolean current = path.equals(target) || path.startsWith(target + "/");
        return new Item(target, name, icon, current);
    }
}
