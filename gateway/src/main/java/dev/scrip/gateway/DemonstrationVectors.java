package dev.scrip.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demonstration model's embeddings: each word has a direction of its own, drawn from its
 * letters, and a text is the sum of its words, of length 1. So the same text has the same vector
 * for ever, and texts with common words are near each other; of meaning it knows nothing.
 */
final class DemonstrationVectors {

    private static final int DIMENSIONS = 256;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{Nd}]+");

    private DemonstrationVectors() {}

    static Buffer answer(
            String model, Prompts inputs, OptionalLong dimensions, String encodingFormat) {
        TokenCounter counter = TokenCounter.of(model);
        List<String> texts = inputs.texts(counter.encoding());
        ObjectNode answer = Json.object().put("object", "list");
        ArrayNode data = answer.putArray("data");
        long tokens = 0;
        for (String text : texts) {
            float[] vector = vector(text, (int) dimensions.orElse(DIMENSIONS)); // not money
            ObjectNode one =
                    data.addObject().put("object", "embedding").put("index", data.size() - 1);
            if (encodingFormat.equals("base64")) {
                one.put("embedding", base64(vector));
            } else {
                ArrayNode numbers = one.putArray("embedding");
                for (float number : vector) { // not money
                    numbers.add(number);
                }
            }
            tokens += counter.output(text);
        }
        answer.put("model", model);
        answer.set("usage", ToldUsage.input(new Usage(tokens, 0, 0, 0, false)));
        return Json.write(answer);
    }

    static float[] vector(String text, int dimensions) { // not money
        double[] sum = new double[dimensions]; // not money
        add(sum, ""); // so that no text is nowhere
        Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (words.find()) {
            add(sum, words.group());
        }
        double length = 0; // not money
        for (double number : sum) { // not money
            length += number * number;
        }
        length = Math.sqrt(length);
        float[] vector = new float[dimensions]; // not money
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (sum[i] / length); // not money
        }
        return vector;
    }

    private static void add(double[] sum, String word) { // not money
        SplittableRandom direction = new SplittableRandom(word.hashCode());
        double weight = word.isEmpty() ? 0.1 : 1; // not money
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * (direction.nextDouble() * 2 - 1);
        }
    }

    private static String base64(float[] vector) { // not money
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) { // not money
            bytes.putFloat(number);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
