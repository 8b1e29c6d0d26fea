package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A {@code multipart/form-data} body that has arrived: its fields, and its files, which stand on
 * disk until the request is over.
 */
record Form(List<Field> fields, List<File> files) {

    /** A text. */
    record Field(String name, String value) {}

    /**
     * A file.
     *
     * @param filename what the client calls it, without what could break out of a header
     * @param bytes its length
     */
    record File(String name, String filename, String contentType, Path path, long bytes) {}

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9_.\\-]{1,64}(\\[[A-Za-z0-9_]*])?");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}");
    private static final int FILENAME_CHARS_MAX = 255;
    private static final String LIST = "[]";

    /** Fields that are no texts; a form has only texts. */
    private static final Set<String> FLAGS = Set.of("stream");

    private static final Set<String> NUMBERS = Set.of("n", "partial_images");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    Form {
        fields = List.copyOf(fields);
        files = List.copyOf(files);
    }

    /** Whether a part may be called that. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** A name of a file that can stand in a header: quotes and what is no text become a dash. */
    static String filename(String given) {
        String clean = given.replaceAll("[\\p{Cntrl}\"\\\\/]", "-").strip();
        return clean.isEmpty()
                ? "file"
                : clean.substring(Math.max(0, clean.length() - FILENAME_CHARS_MAX));
    }

    /** A media type that can stand in a header, without its parameters. */
    static String contentType(String given) {
        String type = given.split(";", 2)[0].strip();
        return MEDIA_TYPE.matcher(type).matches() ? type : "application/octet-stream";
    }

    /** The fields as if they had come as JSON; those that are given as {@code name[]} are lists. */
    ObjectNode json() {
        ObjectNode json = Json.object();
        for (Field field : fields) {
            String name = field.name();
            if (name.endsWith(LIST)) {
                String bare = name.substring(0, name.length() - LIST.length());
                ArrayNode list =
                        json.path(bare) instanceof ArrayNode begun ? begun : json.putArray(bare);
                list.add(field.value());
            } else if (FLAGS.contains(name) && isFlag(field.value())) {
                json.put(name, Boolean.parseBoolean(field.value()));
            } else if (NUMBERS.contains(name) && NUMBER.matcher(field.value()).matches()) {
                json.put(name, Integer.parseInt(field.value()));
            } else {
                json.put(name, field.value());
            }
        }
        return json;
    }

    private static boolean isFlag(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    /** The files of a name, or of its list. */
    List<File> files(String name) {
        return files.stream()
                .filter(file -> file.name().equals(name) || file.name().startsWith(name + "["))
                .toList();
    }

    /** The same with another value, or one more. */
    Form with(String name, String value) {
        List<Field> changed = new ArrayList<>();
        changed.add(new Field(name, value));
        fields.stream().filter(field -> !field.name().equals(name)).forEach(changed::add);
        return new Form(changed, files);
    }
}
