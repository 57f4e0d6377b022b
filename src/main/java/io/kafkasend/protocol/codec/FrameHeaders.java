package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.RequestDigest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The record headers of a binary frame: a CHUNK whose value is the body's bytes as they are, and whose fields are headers, in
 * ASCII. A record is a frame when it has a header {@link #TYPE}; every other header but those named here is ignored. Used by
 * one thread.
 */
public final class FrameHeaders {
    /** What makes a record a frame; its value is {@code CHUNK}. */
    public static final String TYPE = "ks-type";

    /** The chunk's place in the body, a decimal number. */
    public static final String SEQUENCE = "ks-seq";

    /** How many chunks the body has, likewise. */
    public static final String TOTAL = "ks-total";

    /** CRC-32 of the whole raw body, likewise; on the last CHUNK of a streamed answer. */
    public static final String CRC32 = "ks-crc32";

    /** SHA-256 of the whole raw body, likewise, in lower-case hexadecimal. */
    public static final String SHA256 = "ks-sha256";

    /** The {@link RequestDigest} of the START that the chunk belongs to, or answers. */
    public static final String REQUEST = "ks-request";

    /** All of them. */
    public static final List<String> NAMES = List.of(TYPE, SEQUENCE, TOTAL, CRC32, SHA256, REQUEST);

    /** The longest value that any of them has. */
    private static final int MAX_BYTES = 64;

    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");

    private final Map<String, byte[]> values = new LinkedHashMap<>();
    private String fault;

    private FrameHeaders() {}

    /**
     * Looks at a record's headers.
     *
     * @param headers in the order in which they stand there
     * @param name a header's name
     * @param value a header's value, which may be null; asked of frame headers only
     */
    public static <H> FrameHeaders of(Iterable<H> headers, Function<H, String> name, Function<H, byte[]> value) {
        FrameHeaders frame = new FrameHeaders();
        for (H header : headers) {
            String known = name.apply(header);
            if (NAMES.contains(known)) {
                frame.add(known, value.apply(header));
            }
        }
        return frame;
    }

    /** The headers of a record that has none. */
    public static FrameHeaders none() {
        return new FrameHeaders();
    }

    private void add(String name, byte[] value) {
        if (values.containsKey(name)) {
            note(name + " is there twice");
        } else if (value != null && value.length > MAX_BYTES) {
            note(name + " may have " + MAX_BYTES + " bytes");
        }
        values.put(name, value);
    }

    private void note(String sentence) {
        if (fault == null) {
            fault = sentence;
        }
    }

    /** Whether the record is a frame, right or wrong. */
    public boolean isFrame() {
        return values.containsKey(TYPE);
    }

    /** A header's text; null when absent. */
    String text(String name) {
        byte[] value = values.get(name);
        return value == null ? null : new String(value, StandardCharsets.ISO_8859_1);
    }

    /** A header's number; null when absent. */
    Long number(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        if (!INTEGER.matcher(text).matches()) {
            note(name + " is not a decimal number");
            return null;
        }
        return Long.valueOf(text);
    }

    /** What is wrong with the headers that were read so far, as a sentence; null when nothing is. */
    String fault() {
        return fault;
    }

    /**
     * The headers of a CHUNK that is written as a frame, in order.
     *
     * @param totalChunks the total, or null while it is unknown
     * @param crc32 on the last CHUNK of a streamed body; else null
     * @param sha256 likewise
     * @param request the {@link RequestDigest} of the START that the chunk belongs to, or answers; or null
     */
    public static Map<String, byte[]> chunk(
            int sequence, Integer totalChunks, Long crc32, String sha256, String request) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        put(headers, TYPE, "CHUNK");
        put(headers, SEQUENCE, sequence);
        put(headers, TOTAL, totalChunks);
        put(headers, CRC32, crc32);
        put(headers, SHA256, sha256);
        put(headers, REQUEST, request);
        return headers;
    }

    /** Likewise, of a peer that does not say which START it belongs to. */
    public static Map<String, byte[]> chunk(int sequence, Integer totalChunks, Long crc32, String sha256) {
        return chunk(sequence, totalChunks, crc32, sha256, null);
    }

    private static void put(Map<String, byte[]> headers, String name, Object value) {
        if (value != null) {
            headers.put(name, value.toString().getBytes(StandardCharsets.US_ASCII));
        }
    }
}
