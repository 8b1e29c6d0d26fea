package dev.scrip.charging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a client was answered, to the byte.
 *
 * @param headers those that belong to the answer, its content type and the request's id among them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
public record KeptAnswer(int status, Map<String, String> headers, byte[] body) {

    private static final String MARK = ": ";

    /** One header a line, as it is kept. */
    String headerLines() {
        return headers.entrySet().stream()
                .map(header -> header.getKey() + MARK + header.getValue())
                .collect(Collectors.joining("\n"));
    }

    static Map<String, String> headers(String lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        lines.lines()
                .forEach(
                        line -> {
                            int mark = line.indexOf(MARK);
                            headers.put(
                                    line.substring(0, mark), line.substring(mark + MARK.length()));
                        });
        return headers;
    }
}
