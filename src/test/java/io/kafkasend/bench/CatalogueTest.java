package io.kafkasend.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.BulkBody;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.MessageReader;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseStart;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    @Test
    void namesAreDifferentAndFitTheCommandLine() {
        assertThat(Catalogue.entries().stream().map(Catalogue.Entry::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z0-9-]+"));
    }

    @Test
    void aBarComesWithAnAimThatIsHarder() {
        assertThat(Catalogue.entries().stream().flatMap(scenario -> scenario.figures().stream()))
                .allSatisfy(figure -> assertThat(figure.bar() == null).isEqualTo(figure.aim() == null))
                .filteredOn(figure -> figure.bar() != null)
                .allMatch(figure -> figure.moreIsBetter() ? figure.aim() > figure.bar() : figure.aim() < figure.bar());
    }

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

    @Test
    void aQuickPlanLeavesOutWhatTakesLong() {
        Plan quick = new Plan(List.of(), true, 0, null, List.of());

        assertThat(quick.chosen().stream().map(Scenario::name))
                .contains("upload-50", "get")
                .doesNotContain("upload-200", "sizes");
    }
}
