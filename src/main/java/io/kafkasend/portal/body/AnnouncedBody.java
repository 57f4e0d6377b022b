package io.kafkasend.portal.body;

import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestStart;

/**
 * What START announces of its body, and what contradicts it. Thread-safe, since it is immutable.
 *
 * @param start the request's head
 */
record AnnouncedBody(RequestStart start) {
    /**
     * A chunk as the body has it: decompressed, where START says that it is compressed.
     *
     * @throws ProtocolException for a frame where START announces none, data that is not so compressed or too large, and a
     *     place that the body does not have
     */
    RequestChunk plain(RequestChunk chunk) throws ProtocolException {
        if (chunk.frame() && !start.transfer().frames()) {
            throw new ProtocolException(
                    ErrorCode.INVALID_MESSAGE, start.jobId(), "a binary frame, and START announces none");
        }
        ContentEncoding encoding = start.transfer().encoding();
        RequestChunk plain = encoding == null ? chunk : chunk.with(encoding.decode(start.jobId(), chunk.data()));
        if (plain.totalChunks() != null && plain.totalChunks() != start.totalChunks()) {
            throw new ProtocolException(ErrorCode.INVALID_MESSAGE, start.jobId(), "total_chunks differs from START's");
        }
        if (plain.sequence() >= start.totalChunks()) {
            throw new ProtocolException(
                    ErrorCode.SEQUENCE_OUT_OF_RANGE,
                    start.jobId(),
                    "sequence " + plain.sequence() + " is not within 0 and " + (start.totalChunks() - 1));
        }
        return plain;
    }

    /** No more than START announced is kept, since that is what its client's rate was charged with. */
    void requireWithinTotal(long bytes) throws ProtocolException {
        if (start.totalBytes() != null && bytes > start.totalBytes()) {
            throw new ProtocolException(ErrorCode.LENGTH_MISMATCH, start.jobId(), "the body has more than total_bytes");
        }
    }

    /** Two chunks of one place differ. */
    ProtocolException conflict(int place) {
        return new ProtocolException(
                ErrorCode.CHUNK_CONFLICT, start.jobId(), "two CHUNKs of sequence " + place + " differ");
    }

    /** Compares the whole body's length and checksums. */
    void verify(BodyDigest whole) throws ProtocolException {
        if (start.totalBytes() != null && start.totalBytes() != whole.bytes()) {
            throw new ProtocolException(
                    ErrorCode.LENGTH_MISMATCH,
                    start.jobId(),
                    "the body has " + whole.bytes() + " bytes, not total_bytes");
        }
        if (start.crc32() != null && start.crc32() != whole.crc32()) {
            throw new ProtocolException(ErrorCode.CRC_MISMATCH, start.jobId(), "the body's CRC-32 is not crc32");
        }
        if (start.sha256() != null && !start.sha256().equals(whole.sha256())) {
            throw new ProtocolException(ErrorCode.SHA256_MISMATCH, start.jobId(), "the body's SHA-256 is not sha256");
        }
    }
}
