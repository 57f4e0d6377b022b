package io.kafkasend.protocol;

/** The protocol's limits. Each is checked where it matters and stands in PROTOCOL.md. */
public final class Limits {
    /** The most a record may take, key, value and headers together, in bytes: Kafka's default. */
    public static final int RECORD_BYTES = 1_048_576;

    /**
     * The most an answer's record value may take for our client to read it, in bytes. Earlier portals cut text by
     * characters, 665,600 of them, and one may take 12 bytes as a pair of JSON escapes.
     */
    public static final int ANSWER_BYTES = 8_388_608;

    /**
     * The most body bytes in one CHUNK. A multiple of 3, so that a chunk's base64 has no padding and the concatenation of
     * all of them is one valid base64 text, which is what old clients decode.
     */
    public static final int CHUNK_BYTES = 665_598;

    /** The most bytes that the {@code data} of a text CHUNK takes in its JSON form, escapes included. */
    public static final int TEXT_CHUNK_BYTES = CHUNK_BYTES / 3 * 4;

    /**
     * The most body bytes in one binary frame. What is left of the record, 2 KiB, is for its batch, its key and its headers,
     * some 340 bytes; for what gzip adds to bytes that do not shrink, some 350; and for headers of others, such as a
     * tracer's. And the array fits a region of 1 MiB of the JVM's heap (G1).
     */
    public static final int FRAME_BYTES = 1_046_528;

    /** The most body bytes that come out of one compressed CHUNK. */
    public static final int DECODED_BYTES = 1_048_576;

    /** The most chunks in a body: 62 GiB. */
    public static final int CHUNKS = 100_000;

    /** The most chunks in an answer that streams to a client which asked for that: more than five days of them. */
    public static final int STREAM_CHUNKS = 10_000_000;

    /** The deepest nesting of JSON in a message. */
    public static final int DEPTH = 16;

    /** The most headers in a request's START. */
    public static final int HEADERS = 128;

    /** The most characters in a header's name and, in a request, in a header's value or an endpoint. */
    public static final int TEXT_CHARS = 8_192;

    /** The most UTF-8 bytes in a file name, as in most file systems. */
    public static final int FILENAME_BYTES = 255;

    /** The most characters in a content type. */
    public static final int CONTENT_TYPE_CHARS = 255;

    /** The most characters in a form field's name. */
    public static final int FORM_NAME_CHARS = 255;

    /** The most text fields in a form. */
    public static final int FORM_FIELDS = 128;

    /** The most characters of a form's text fields, names and values together. */
    public static final int FORM_CHARS = 65_536;

    /** The most characters in a signature: that of some 98,000 bytes of START. */
    public static final int SIGNATURE_CHARS = 131_072;

    /** The most characters in a client's name. */
    public static final int CLIENT_ID_CHARS = 64;

    /** The most characters in a topic's name, Kafka's own limit. */
    public static final int TOPIC_CHARS = 249;

    /** The most characters in the secret that a CANCEL shows. */
    public static final int SECRET_CHARS = 64;

    /** The most names in {@code accept}. */
    public static final int ACCEPTED = 16;

    /** The most names in {@code dropped_headers}. */
    public static final int DROPPED_HEADERS = 32;

    /** The most characters in {@code received}. */
    public static final int RECEIVED_CHARS = 1_024;

    private Limits() {}

    /** How many chunks a body of so many bytes takes. */
    public static long chunksFor(long bytes) {
        return chunksFor(bytes, CHUNK_BYTES);
    }

    /** Likewise, with chunks of another size. */
    public static long chunksFor(long bytes, int chunkBytes) {
        return (bytes + chunkBytes - 1) / chunkBytes;
    }
}
