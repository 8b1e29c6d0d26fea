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
            sections.add(new Section("", List.of(item("/", "Dashboard", "home", path))));
        }
        return sections;
    }

    /** Pages for everybody. */
    static List<Item> publicPages(String path) {
        return List.of();
    }

    private static Item item(String target, String name, String icon, String path) {
        boolean current = path.equals(target) || path.startsWith(target + "/");
        return new Item(target, name, icon, current);
    }
}
