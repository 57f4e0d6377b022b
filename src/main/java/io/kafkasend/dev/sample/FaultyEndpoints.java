package io.kafkasend.dev.sample;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Endpoints that answer as an API should not. */
final class FaultyEndpoints {
    private static final int LONG_HEADER = 1 << 20;

    private FaultyEndpoints() {}

    /** The fault of this name. */
    static Answer named(String fault, Query query) throws BadRequestException {
        int size = (int) query.number("size", 1024, 1, 100_000_000);
        return switch (fault) {
            case "reset" -> (exchange, got) -> exchange.reset();
            case "silent" -> (exchange, got) -> {}; // the connection is closed, since nothing was answered
            case "cut" ->
                Answer.bytes(size, out -> {
                    out.write(documentOf(fault, size), 0, size / 2);
                    out.flush();
                    throw new IOException("cut by intent");
                });
            case "odd" -> StatusEndpoints.ok().with("X-Odd", "x".repeat(LONG_HEADER));
            case "corrupt" -> Answer.bytes(size, out -> out.write(corrupt(query.text("name", fault), size)));
            default -> throw new BadRequestException("the fault must be reset, silent, cut, odd or corrupt");
        };
    }

    /** A document with one wrong bit in its middle. */
    private static byte[] corrupt(String name, int size) throws IOException {
        byte[] document = documentOf(name, size);
        document[size / 2] ^= 1;
        return document;
    }

    private static byte[] documentOf(String name, int size) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (SampleDocument document = new SampleDocument(name, size)) {
            document.transferTo(all);
        }
        return all.toByteArray();
    }
}
