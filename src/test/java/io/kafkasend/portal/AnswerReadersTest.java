package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.Transfer;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswerReadersTest {
    private static final Transfer ASKED = new Transfer(null, false, true, Set.of(ContentEncoding.GZIP), true);

    private final Parts parts = new Parts();
    private final RequestStart start = Start.of(Method.GET).transfer(ASKED).build();

    @Test
    void theTopicOfAllGetsNoFramesAndWhatIsJsonOfAKnownTypeAsItIsAskedFor() {
        // Given
        AnswerReaders readers = AnswerReaders.of(parts.configuration.settings());

        // When
        Transfer transfer = readers.of(parts.call(start, 0));

        // Then
        assertThat(transfer).isEqualTo(new Transfer(null, false, false, Set.of(ContentEncoding.GZIP), true));
        assertThat(readers)
                .hasToString("answers on api-responses are JSON, which old clients read, too;"
                        + " PORTAL_MODERN_READERS=true lets them be binary frames, a quarter less on the wire, where all its readers"
                        + " know them");
    }

    @Test
    void aReplyTopicGetsWhatItsClientAsksFor() throws Exception {
        assertThat(AnswerReaders.of(parts.configuration.settings())
                        .of(parts.open(start, 0, Parts.UNSIGNED.answeredOn("replies"))))
                .isEqualTo(ASKED);
    }

    @Test
    void soDoesTheTopicOfAllWhereTheOperatorSaysThatAllReadIt() {
        // Given
        AnswerReaders readers = AnswerReaders.of(new Parts(Map.of("modern-readers", "yes")).configuration.settings());

        // Then
        assertThat(readers.of(parts.call(start, 0))).isEqualTo(ASKED);
        assertThat(readers.toString()).contains("PORTAL_MODERN_READERS=true", "an old client that reads it ends");
    }
}
