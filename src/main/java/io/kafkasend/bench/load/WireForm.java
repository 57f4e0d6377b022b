package io.kafkasend.bench.load;

import io.kafkasend.client.Request;
import io.kafkasend.dev.sample.BulkBody;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import java.util.List;
import java.util.stream.Stream;

/**
 * How bodies travel: what a request asks for, and the record values that a bare producer would send in its place. The one
 * place to add a form to: whatever {@link #offered} lists gets its scenarios. Immutable.
 */
public interface WireForm {
    /** Every form that this client offers. */
    static List<WireForm> offered() {
        List<WireForm> forms = List.of(ChunkForm.base64Json(), ChunkForm.binaryFrames());
        return ContentEncoding.ZSTD.usable()
                ? Stream.concat(forms.stream(), Stream.of(ChunkForm.zstd(), ChunkForm.zstdOfRandom()))
                        .toList()
                : forms;
    }

    /** What the names of its scenarios end with; empty for the form that every peer knows. */
    String suffix();

    /** For people. */
    String title();

    /** The most that an upload or download may take, in times of its pipe; null where none is asked for. */
    Double bar();

    /** What it is to take; null likewise. */
    Double aim();

    /** The most that an upload may take, in times of one record with raised limits; null where none is asked for. */
    Double oneRecordBar();

    /** What it is to take; null likewise. */
    Double oneRecordAim();

    /** What the bodies are of. */
    BulkBody content();

    /** Asks for this form. */
    Request.Builder ask(Request.Builder request);

    /** The values of an upload's records, in order. */
    List<byte[]> requestValues(JobId job, String endpoint, byte[] body);

    /** The values of a download's records, in order. */
    List<byte[]> responseValues(JobId job, byte[] body);
}
