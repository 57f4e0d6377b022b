package io.kafkasend.cli.diagnose;

import io.kafkasend.protocol.ErrorCode;

/** Where PROTOCOL.md has what a client broke: headings of it. */
final class Sections {
    static final String RECORDS = "Topics and records";
    static final String START = "START of a request";
    static final String CHUNK = "CHUNK of a request";
    static final String CANCEL = "CANCEL";
    static final String CHUNKING = "Chunking requests";
    static final String FRAMES = "Binary frames";
    static final String COMPRESSED = "Compressed chunks";
    static final String BINDING = "Binding answers to requests";
    static final String SIGNATURES = "Signatures";
    static final String ORDER = "Duplicates, late records and order";
    static final String TIMEOUTS = "Timeouts";

    private Sections() {}

    /**
     * That of a fault in one message.
     *
     * @param kind the message's type; or what stands in its place
     */
    static String of(ErrorCode code, String kind) {
        return switch (code) {
            case INVALID_JSON, INVALID_JOB_ID, KEY_MISMATCH, MESSAGE_TOO_LARGE -> RECORDS;
            case UNSUPPORTED_ENCODING, INVALID_ENCODING, CHUNK_TOO_LARGE -> COMPRESSED;
            case SIGNATURE_INVALID, SIGNATURE_EXPIRED, SIGNATURE_REQUIRED, SIGNATURE_REPLAYED -> SIGNATURES;
            case CRC_MISMATCH, SHA256_MISMATCH, LENGTH_MISMATCH -> START;
            case UNKNOWN_JOB, DUPLICATE_START, CHUNK_CONFLICT -> ORDER;
            case JOB_TIMEOUT -> TIMEOUTS;
            default ->
                switch (kind) {
                    case "START" -> START;
                    case "CHUNK" -> CHUNK;
                    case "CANCEL" -> CANCEL;
                    case "frame" -> FRAMES;
                    default -> RECORDS;
                };
        };
    }
}
