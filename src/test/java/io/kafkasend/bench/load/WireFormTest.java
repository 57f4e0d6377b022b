package io.kafkasend.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.sample.BulkBody;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.codec.MessageReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireFormTest {
    @Test
    void thePipesValuesAreMessagesOfTheProtocol() throws Exception {
        // Given
        MessageReader reader = new MessageReader();
        JobId job = JobId.random();
        byte[] body = BulkBody.RANDOM.bytes(Limits.CHUNK_BYTES + 1);
        WireForm form = ChunkForm.base64Json();

        // When
        List<byte[]> requests = form.requestValues(job, Transfers.UPLOAD, body);
        List<byte[]> responses = form.responseValues(job, body);

        // Then
        assertThat(requests).hasSize(3);
        assertThat(reader.readRequest(requests.get(0))).isInstanceOf(RequestStart.class);
        assertThat(reader.readRequest(requests.get(2)))
                .isInstanceOfSatisfying(RequestChunk.class, chunk -> assertThat(chunk.sequence())
                        .isOne());
        assertThat(responses).hasSize(3);
        assertThat(reader.readResponse(responses.get(0))).isInstanceOf(ResponseStart.class);
        assertThat(reader.readResponse(responses.get(2)))
                .isInstanceOfSatisfying(ResponseChunk.class, chunk -> assertThat(chunk.totalChunks())
                        .isEqualTo(2));
    }
}
