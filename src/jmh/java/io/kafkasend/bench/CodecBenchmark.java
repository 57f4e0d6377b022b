package io.kafkasend.bench;

import io.kafkasend.dev.sample.BulkBody;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.protocol.codec.MessageWriter;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Messages to record values and back: whole chunks, and the smallest of requests. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
    private final MessageWriter writer = new MessageWriter();
    private final MessageReader reader = new MessageReader();
    private final JobId job = JobId.random();
    private final byte[] data = BulkBody.RANDOM.bytes(Limits.CHUNK_BYTES);
    private final byte[] requestChunk = writer.requestChunk(job, 7, 75, data);
    private final byte[] responseChunk = writer.binaryChunk(job, 7, null, null, null, data);
    private final byte[] start = writer.write(start());

    @Benchmark
    public byte[] writeRequestChunk() {
        return writer.requestChunk(job, 7, 75, data);
    }

    @Benchmark
    public RequestMessage readRequestChunk() throws ProtocolException {
        return reader.readRequest(requestChunk);
    }

    @Benchmark
    public byte[] writeResponseChunk() {
        return writer.binaryChunk(job, 7, null, null, null, data);
    }

    @Benchmark
    public ResponseMessage readResponseChunk() throws ProtocolException {
        return reader.readResponse(responseChunk);
    }

    @Benchmark
    public byte[] writeStart() {
        return writer.write(start());
    }

    @Benchmark
    public RequestMessage readStart() throws ProtocolException {
        return reader.readRequest(start);
    }

    private RequestStart start() {
        return RequestStart.builder(job, 0, Method.GET, "/api/v1/status").headers(Map.of("Accept", "*/*")).crc32(0L).totalBytes(0L).timeoutSeconds(300).build();
    }
}
