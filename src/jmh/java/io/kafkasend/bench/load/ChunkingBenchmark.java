package io.kafkasend.bench.load;

import io.kafkasend.dev.sample.BulkBody;
import io.kafkasend.protocol.BodyDigest;
import io.kafkasend.protocol.JobId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A body of 10 MiB: its checksums, and all of its record values. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChunkingBenchmark {
    @Param({"RANDOM", "COMPRESSIBLE"})
    private BulkBody content;

    private final JobId job = JobId.random();
    private byte[] body;

    @Setup
    public void body() {
        body = content.bytes(10 << 20);
    }

    @Benchmark
    public long crc32() {
        return digest(false).crc32();
    }

    @Benchmark
    public String crc32AndSha256() {
        return digest(true).sha256();
    }

    @Benchmark
    public List<byte[]> upload() {
        return ChunkForm.base64Json().requestValues(job, Transfers.UPLOAD, body);
    }

    @Benchmark
    public List<byte[]> download() {
        return ChunkForm.base64Json().responseValues(job, body);
    }

    private BodyDigest digest(boolean withSha256) {
        BodyDigest digest = new BodyDigest(withSha256);
        digest.update(body, 0, body.length);
        return digest;
    }
}
