package io.kafkasend.protocol;

import java.util.EnumSet;
import java.util.Set;

/**
 * How a job's CHUNKs travel, beyond what every peer reads: what START announces of the request's own, and what its client
 * reads of the answer, its headers included. Immutable.
 *
 * @param encoding how the request's chunks are compressed; null for not at all
 * @param frames whether the request's CHUNKs may be binary frames
 * @param readsFrames whether the client reads the answer's CHUNKs as binary frames
 * @param readsEncodings how the answer's chunks may be compressed
 * @param readsHeaderLists whether a header of the answer may have its values apart
 * @param readsProgress whether the client wants to hear how far its job is, by {@link ResponseStatus}
 * @param readsStream whether the client reads an answer that comes in pieces of any size, as its API sends it
 */
public record Transfer(
        ContentEncoding encoding,
        boolean frames,
        boolean readsFrames,
        Set<ContentEncoding> readsEncodings,
        boolean readsHeaderLists,
        boolean readsProgress,
        boolean readsStream) {
    /** What every peer reads: CHUNKs in JSON, not compressed. */
    public static final Transfer PLAIN = new Transfer(null, false, false, Set.of());

    /** The name of binary frames in {@code accept}. */
    public static final String BINARY = "binary";

    /** The name of headers that have their values apart, in {@code accept}. */
    public static final String HEADER_LISTS = "header-lists";

    /** The name of messages of type STATUS, in {@code accept}. */
    public static final String PROGRESS = "progress";

    /** The name of answers that come in pieces of any size, in {@code accept}. */
    public static final String STREAM = "stream";

    public Transfer {
        EnumSet<ContentEncoding> copy = EnumSet.noneOf(ContentEncoding.class);
        copy.addAll(readsEncodings);
        readsEncodings = Set.copyOf(copy);
    }

    /** Of a client that reads each header of the answer as one text. */
    public Transfer(
            ContentEncoding encoding, boolean frames, boolean readsFrames, Set<ContentEncoding> readsEncodings) {
        this(encoding, frames, readsFrames, readsEncodings, false);
    }

    /** Of a client that does not ask how far its job is. */
    public Transfer(
            ContentEncoding encoding,
            boolean frames,
            boolean readsFrames,
            Set<ContentEncoding> readsEncodings,
            boolean readsHeaderLists) {
        this(encoding, frames, readsFrames, readsEncodings, readsHeaderLists, false);
    }

    /** Of a client that reads an answer's pieces only where they are full. */
    public Transfer(
            ContentEncoding encoding,
            boolean frames,
            boolean readsFrames,
            Set<ContentEncoding> readsEncodings,
            boolean readsHeaderLists,
            boolean readsProgress) {
        this(encoding, frames, readsFrames, readsEncodings, readsHeaderLists, readsProgress, false);
    }

    /**
     * This without what a reader of before cannot parse, whoever it is for: it takes every record of an answer topic for JSON of
     * a type that it knows before it looks at whose it is. Headers with their values apart, compressed chunks and small ones are
     * such JSON.
     */
    public Transfer forEveryReader() {
        return new Transfer(encoding, frames, false, readsEncodings, readsHeaderLists, false, readsStream);
    }
}
