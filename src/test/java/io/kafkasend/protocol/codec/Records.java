package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.JobId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** What a broker measures against {@code max.message.bytes}: the batch of one uncompressed record. */
final class Records {
    private static final List<Header> TRACE = List.of(new RecordHeader("traceparent", new byte[55]));

    private Records() {}

    static int size(JobId jobId, byte[] value) {
        SimpleRecord message = new SimpleRecord(
                1_700_000_000_000L,
                jobId.value().getBytes(StandardCharsets.US_ASCII),
                value,
                TRACE.toArray(Header[]::new));
        return MemoryRecords.withRecords(Compression.NONE, message).sizeInBytes();
    }
}
