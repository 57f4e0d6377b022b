package io.kafkasend.portal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.call.Parts;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.Transfer;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswerReadersTest {
    private static final Transfer ASKED = new Transfer(null, false, true, Set.of(ContentEncoding.GZIP), true, true);

    private final Parts parts = new Parts();

    @Test
    void theTopicOfAllGetsNoFramesAndWhatIsJsonOfAKnownTypeAsItIsAskedFor() {
        // Given
        AnswerReaders readers = AnswerReaders.of(parts.configuration.settings());

        // When
        Transfer transfer = readers.of(ASKED, false);

        // Then
        assertThat(transfer).isEqualTo(new Transfer(null, false, false, Set.of(ContentEncoding.GZIP), true));
        assertThat(readers)
                .hasToString("answers on api-responses are JSON, which old clients read, too;"
                        + " PORTAL_MODERN_READERS=true lets them be binary frames, a quarter less on the wire, where all its readers"
                        + " know them");
    }

    @Test
    void aReplyTopicGetsWhatItsClientAsksFor() {
        assertThat(AnswerReaders.of(parts.configuration.settings()).of(ASKED, true))
                .isEqualTo(ASKED);
    }

    @Test
    void soDoesTheTopicOfAllWhereTheOperatorSaysThatAllReadIt() {
        // Given
        AnswerReaders readers = AnswerReaders.of(new Parts(Map.of("modern-readers", "yes")).configuration.settings());

        // Then
        assertThat(readers.of(ASKED, false)).isEqualTo(ASKED);
        assertThat(readers.toString()).contains("PORTAL_MODERN_READERS=true", "an old client that reads it ends");
    }
}
