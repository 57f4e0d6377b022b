package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.diagnose.ErrorPlace;
import io.kafkasend.protocol.ErrorCode;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The operator finds every error code, and where it arises. */
class TroubleshootingTest {
    @Test
    void theTableByPlaceHasEveryErrorCodeInItsOrder() {
        assertThat(ErrorCodeRow.all())
                .extracting(ErrorCodeRow::code)
                .containsExactlyElementsOf(
                        Arrays.stream(ErrorCode.values()).map(ErrorCode::name).toList());
    }

    @Test
    void everyCodeHasAPlaceThatAnOperatorKnows() {
        assertThat(ErrorCodeRow.all())
                .extracting(ErrorCodeRow::place)
                .containsOnly("client", "policy", "Kafka", "portal", "token server", "API");
    }

    @Test
    void traceAndDoctorNameTheSamePlace() {
        assertThat(ErrorCodeRow.all()).allSatisfy(row -> assertThat(
                        ErrorPlace.of(ErrorCode.valueOf(row.code())).toString().replaceFirst("^the ", ""))
                .isEqualTo(row.place()));
    }

    @Test
    void noneThatIsAClientsOrAPolicysCounts() {
        assertThat(ErrorCodeRow.all())
                .filteredOn(ErrorCodeRow::counts)
                .isNotEmpty()
                .extracting(ErrorCodeRow::place)
                .doesNotContain("client", "policy");
    }

    @Test
    void theTableStandsOnce() {
        assertThat(MarkdownFile.all())
                .filteredOn(file -> file.matches(ErrorCodeRow.ROW).findAny().isPresent())
                .extracting(MarkdownFile::path)
                .containsExactly(Path.of("docs/operate/troubleshooting.md"));
    }
}
