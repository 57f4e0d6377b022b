package io.kafkasend.dev.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Bodies to measure with: a block of one MiB over and over, the same on every machine, at no cost to whoever sends it.
 * Immutable.
 */
public enum BulkBody {
    /** Bytes that no compression makes smaller, unless it looks back further than a MiB. */
    RANDOM {
        @Override
        byte[] block() {
            byte[] block = new byte[BLOCK_BYTES];
            new Random(1).nextBytes(block);
            return block;
        }
    },

    /** Lines of JSON such as a log has, some six times smaller when compressed. */
    COMPRESSIBLE {
        @Override
        byte[] block() {
            Random random = new Random(1);
            StringBuilder lines = new StringBuilder(BLOCK_BYTES + 256);
            for (int line = 0; lines.length() < BLOCK_BYTES; line++) {
                lines.append("{\"line\":")
                        .append(line)
                        .append(",\"level\":\"INFO\",\"order\":\"")
                        .append(Integer.toHexString(random.nextInt()))
                        .append("\",\"amount\":")
                        .append(random.nextInt(100_000))
                        .append(",\"currency\":\"EUR\",\"message\":\"the order was taken\"}\n");
            }
            return Arrays.copyOf(lines.toString().getBytes(StandardCharsets.US_ASCII), BLOCK_BYTES);
        }
    };

    private static final int BLOCK_BYTES = 1 << 20;

    private final byte[] block = block();

    abstract byte[] block();

    /** The name in a query: {@code random} or {@code compressible}. */
    public String queryName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<BulkBody> named(String queryName) {
        return Arrays.stream(values())
                .filter(body -> body.queryName().equals(queryName))
                .findFirst();
    }

    /**
     * The whole body.
     *
     * @param size in bytes, 0 or more
     * @return a new array
     */
    public byte[] bytes(int size) {
        byte[] all = new byte[size];
        for (int at = 0; at < size; at += block.length) {
            System.arraycopy(block, 0, all, at, Math.min(block.length, size - at));
        }
        return all;
    }

    void writeTo(OutputStream out, long size) throws IOException {
        for (long left = size; left > 0; left -= block.length) {
            out.write(block, 0, (int) Math.min(block.length, left));
        }
    }
}
