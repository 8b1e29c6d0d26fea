package dev.scrip.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * What the demonstration model draws: a sky, a horizon and some discs, the same for the same words,
 * as a PNG with a palette. It does not know what the words mean.
 */
final class DemonstrationPicture {

    private static final int COLOURS = 32;
    private static final int SKY = 24;
    private static final int DISCS = 7;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final int width;
    private final int height;
    private final SplittableRandom random;
    private final byte[] palette = new byte[COLOURS * 3];
    private final byte[] pixels;

    private DemonstrationPicture(int width, int height, long seed) {
        this.width = width;
        this.height = height;
        this.random = new SplittableRandom(seed);
        this.pixels = new byte[(width + 1) * height];
    }

    /**
     * Draws.
     *
     * @param seed what it depends on
     */
    static byte[] png(int width, int height, long seed) {
        DemonstrationPicture picture = new DemonstrationPicture(width, height, seed);
        picture.mix();
        picture.sky();
        for (int disc = 0; disc < DISCS; disc++) {
            picture.disc((byte) (SKY + disc));
        }
        return picture.encode();
    }

    private void mix() {
        int[] from = {random.nextInt(60), random.nextInt(90), 90 + random.nextInt(120)};
        int[] to = {200 + random.nextInt(55), 150 + random.nextInt(90), 110 + random.nextInt(90)};
        for (int colour = 0; colour < COLOURS; colour++) {
            for (int part = 0; part < 3; part++) {
                int value =
                        colour < SKY
                                ? from[part] + (to[part] - from[part]) * colour / (SKY - 1)
                                : random.nextInt(256);
                palette[colour * 3 + part] = (byte) value;
            }
        }
    }

    /** Each line begins with its filter: none. */
    private int at(int x, int y) {
        return y * (width + 1) + 1 + x;
    }

    private void sky() {
        for (int y = 0; y < height; y++) {
            byte colour = (byte) (y * SKY / height);
            Arrays.fill(pixels, at(0, y), at(0, y) + width, colour);
        }
    }

    private void disc(byte colour) {
        int radius = Math.max(1, Math.min(width, height) * (4 + random.nextInt(12)) / 100);
        int centreX = random.nextInt(width);
        int centreY = random.nextInt(height);
        for (int y = Math.max(0, centreY - radius); y < Math.min(height, centreY + radius); y++) {
            for (int x = Math.max(0, centreX - radius);
                    x < Math.min(width, centreX + radius);
                    x++) {
                int dx = x - centreX;
                int dy = y - centreY;
                if (dx * dx + dy * dy <= radius * radius) {
                    pixels[at(x, y)] = colour;
                }
            }
        }
    }

    private byte[] encode() {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        byte[] rest = {8, 3, 0, 0, 0}; // bits, palette, deflate, filters, not interlaced
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put(rest).array());
        chunk(png, "PLTE", palette);
        chunk(png, "IDAT", deflated());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private byte[] deflated() {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(pixels);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] some = new byte[8_192];
            while (!deflater.finished()) {
                out.write(some, 0, deflater.deflate(some));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 check = new CRC32();
        check.update(name);
        check.update(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(name);
        png.writeBytes(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
    }
}
