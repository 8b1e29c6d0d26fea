package dev.scrip.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scrip.pricing.Usage;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/images/generations} and {@code POST /v1/images/edits}. */
final class ImagesEndpoint implements Endpoint {

    static final ImagesEndpoint GENERATIONS =
            new ImagesEndpoint("generations", "image_generation", "dall-e-2");
    static final ImagesEndpoint EDITS = new ImagesEndpoint("edits", "image_edit", "gpt-image-1.5");

    private static final int IMAGES_MAX = 10;
    private static final int EDITED_MAX = 16;

    private final String what;
    private final String events;
    private final String standardModel;

    private ImagesEndpoint(String what, String events, String standardModel) {
        this.what = what;
        this.events = events;
        this.standardModel = standardModel;
    }

    @Override
    public String name() {
        return "images." + what;
    }

    @Override
    public String path() {
        return "/images/" + what;
    }

    @Override
    public boolean takesForms() {
        return this == EDITS;
    }

    @Override
    public UsageDialect dialect() {
        return UsageDialect.OPENAI_IMAGES;
    }

    @Override
    public ObjectNode told(Usage usage) {
        return ToldUsage.images(usage);
    }

    /** How the types of its events begin. */
    String events() {
        return events;
    }

    @Override
    public ModelRequest read(RequestFields fields) throws InvalidRequest {
        ObjectNode json = fields.json();
        String model = json.hasNonNull("model") ? fields.model() : standardModel;
        String prompt = fields.text("prompt");
        int count = (int) fields.number("n", 1, IMAGES_MAX).orElse(1);
        boolean streamed = fields.flag("stream");
        if (streamed && count > 1) {
            throw new InvalidRequest(
                    "Only one image can be streamed: leave out 'n' or 'stream'.",
                    "n",
                    "unsupported_value");
        }
        Form form = fields.form();
        int edited = this == EDITS ? edited(json, form) : 0;
        return new ImagesRequest(
                this,
                json,
                form,
                model,
                prompt,
                count,
                ImageVariant.asked(fields, model),
                edited,
                form == null ? mediaChars(json) : 0,
                streamed,
                fields.costWanted(),
                fields.endUser());
    }

    /** How many pictures go in, a mask included. */
    private static int edited(ObjectNode json, @Nullable Form form) throws InvalidRequest {
        if (form != null) {
            return checked(form.files("image").size()) + form.files("mask").size();
        }
        JsonNode images = json.path("images");
        for (JsonNode image : images) {
            reference(image, "images");
        }
        if (json.hasNonNull("mask")) {
            reference(json.path("mask"), "mask");
        }
        return checked(images.isArray() ? images.size() : 0) + (json.hasNonNull("mask") ? 1 : 0);
    }

    private static long mediaChars(ObjectNode json) {
        long chars = json.path("mask").path("image_url").asText().length();
        for (JsonNode image : json.path("images")) {
            chars += image.path("image_url").asText().length();
        }
        return chars;
    }

    private static int checked(int images) throws InvalidRequest {
        if (images < 1 || images > EDITED_MAX) {
            throw new InvalidRequest(
                    "Send the images to edit: 1 to 16 files named 'image' or 'image[]' in a form,"
                            + " or 'images' in JSON.",
                    "image",
                    images < 1 ? "missing_required_parameter" : "invalid_value");
        }
        return images;
    }

    private static void reference(JsonNode image, String field) throws InvalidRequest {
        if (image.hasNonNull("file_id") || !image.path("image_url").isTextual()) {
            throw new InvalidRequest(
                    "Files that are stored are not offered here: give each image as {\"image_url\":"
                            + " ...}.",
                    field,
                    "unsupported_value");
        }
    }
}
