package io.kafkasend.bench.soak;

import io.kafkasend.client.Body;
import io.kafkasend.dev.sample.SampleDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The bodies that a soak moves: some sizes, each with a file and its digest, made once. Immutable. */
final class SoakBodies {
    private static final String NAME = "soak";

    /** Sizes, and how many of a thousand bodies have them. */
    private static final long[][] SIZES = {
        {0, 30},
        {1, 30},
        {500, 250},
        {20_000, 250},
        {300_000, 200},
        {700_000, 100},
        {2_000_000, 90},
        {5_000_000, 35},
        {10_000_000, 11},
        {50_000_000, 4}
    };

    /**
     * A body.
     *
     * @param size in bytes
     * @param file that has it
     * @param sha256 its digest, in lower-case hexadecimal
     */
    record Sized(long size, Path file, String sha256) {
        /** To be sent. */
        Body body() {
            return size == 0 ? Body.empty() : Body.file(file);
        }

        /** Where the same is to be had. */
        String document() {
            return "/api/v1/documents/" + NAME + "?size=" + size;
        }

        /** Where the same is to be had, with a wrong bit. */
        String corruptDocument() {
            return "/api/v1/faulty/corrupt?name=" + NAME + "&size=" + size;
        }
    }

    private final List<Sized> bodies = new ArrayList<>();

    /**
     * Writes the files.
     *
     * @param directory takes them
     * @param largest no body is larger, in bytes
     */
    SoakBodies(Path directory, long largest) throws IOException {
        for (long[] size : SIZES) {
            if (size[0] <= largest) {
                Path file = directory.resolve("body-" + size[0]);
                try (InputStream document = new SampleDocument(NAME, size[0])) {
                    Files.copy(document, file);
                }
                Sized sized = new Sized(size[0], file, SampleDocument.sha256(NAME, size[0]));
                for (int i = 0; i < size[1]; i++) {
                    bodies.add(sized);
                }
            }
        }
    }

    /** One of them; the larger, the rarer. */
    Sized any(RandomGenerator random) {
        return bodies.get(random.nextInt(bodies.size()));
    }

    /** One of at least a byte. */
    Sized anyWithBytes(RandomGenerator random) {
        Sized body = any(random);
        return body.size() > 0 ? body : anyWithBytes(random);
    }
}
