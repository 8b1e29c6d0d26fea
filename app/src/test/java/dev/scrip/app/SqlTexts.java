package dev.scrip.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SQL that stands in the text of a {@code *Store} class: literals that are joined are one. */
final class SqlTexts {

    /** A literal, a constant's name, or what joins them. */
    private static final Pattern TOKEN =
            Pattern.compile(
                    "//[^\\n]*|/\\*.*?\\*/|\"\"\"\\n(?<block>.*?)\"\"\"|\"(?<text>(?:[^\"\\\\]|\\\\.)*)\""
                            + "|(?<name>\\b[A-Z][A-Z_]+\\b)|(?<plus>\\+)|(?<space>\\s+)|(?<other>.)",
                    Pattern.DOTALL);

    private static final Pattern CONSTANT =
            Pattern.compile(
                    "static final String (?<name>[A-Z_]+) =(?<value>.*?);\\n", Pattern.DOTALL);

    private static final Pattern SQL =
            Pattern.compile("^\\s*(SELECT|INSERT|UPDATE|DELETE|WITH|COPY|MERGE)\\b");

    private SqlTexts() {}

    /** Every statement of a source file, in one line each, in lower case. */
    static List<String> of(Path source) throws IOException {
        String text = Files.readString(source);
        Map<String, String> constants = new HashMap<>();
        Matcher constant = CONSTANT.matcher(text);
        while (constant.find()) {
            constants.put(
                    constant.group("name"),
                    String.join(" ", chains(constant.group("value"), constants)));
        }
        List<String> statements = new ArrayList<>();
        for (String chain : chains(text, constants)) {
            if (SQL.matcher(chain).find()) {
                statements.add(chain.replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT));
            }
        }
        return statements;
    }

    /** Literals joined by plus, with the constants between them put in. */
    private static List<String> chains(String text, Map<String, String> constants) {
        List<String> chains = new ArrayList<>();
        StringBuilder chain = new StringBuilder();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            String block = token.group("block");
            String literal = block == null ? token.group("text") : block;
            String name = token.group("name");
            if (literal != null) {
                chain.append(literal).append(' ');
            } else if (name != null && constants.containsKey(name)) {
                chain.append(constants.get(name)).append(' ');
            } else if (token.group("other") != null || name != null) {
                if (!chain.isEmpty()) {
                    chains.add(chain.toString());
                    chain.setLength(0);
                }
            }
        }
        if (!chain.isEmpty()) {
            chains.add(chain.toString());
        }
        return chains;
    }
}
