package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operate/drill.md has a row for each fault, in the words of the other pages; DrillIT holds the rows to what is seen. */
class DrillDocumentTest {
    private static final int FEWEST_LETTERS = 11;
    private static final Pattern ERROR_CODE = Pattern.compile("[A-Z]+_[A-Z_]+");

    private static String text(String file) throws IOException {
        return DrillRow.plain(Files.readString(DrillRow.DOCUMENT.resolveSibling(file)));
    }

    private static Stream<String> pieces(String words) {
        return Stream.concat(
                Arrays.stream(words.replaceFirst("^DOWN: ", "").split("…")),
                ERROR_CODE.matcher(words).results().map(MatchResult::group));
    }

    @Test
    void hasTwentyFaultsEachOnce() throws IOException {
        assertThat(DrillRow.all())
                .hasSize(20)
                .extracting(DrillRow::fault)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(DrillFault.values())
                        .map(DrillFault::toString)
                        .toList());
    }

    @Test
    void standsUnderThePlacesThatTheErrorCodesHaveToo() throws IOException {
        assertThat(DrillRow.all())
                .extracting(DrillRow::place)
                .containsOnly("Client", "Policy", "Kafka", "Portal", "Token server", "API", "Answer");
    }

    @Test
    void everyLookButThatOfAClientThatIsGonePromisesSomething() throws IOException {
        assertThat(DrillRow.all()).allSatisfy(row -> assertThat(row.promised()).hasSizeGreaterThanOrEqualTo(5));
        assertThat(DrillRow.all()).filteredOn(row -> row.client().isEmpty()).hasSize(2);
        assertThat(DrillRow.all()).allSatisfy(row -> {
            assertThat(row.doctor()).isNotEmpty();
            assertThat(row.trace()).isNotEmpty();
            assertThat(row.ready()).hasSize(1);
            assertThat(row.metric()).isNotEmpty();
            assertThat(row.log()).isNotEmpty();
        });
    }

    @Test
    void whatTheLogSaysIsInThePagesOnTheLog() throws IOException {
        String pages = text("logs.md") + text("security-events.md") + text("troubleshooting.md");

        assertThat(DrillRow.all())
                .flatExtracting(DrillRow::log)
                .filteredOn(line ->
                        !pages.contains(DrillRow.plain(line.split("…")[0]).strip()))
                .isEmpty();
    }

    @Test
    void whyAPortalIsNotReadyIsInThePageOnHealth() throws IOException {
        String page = text("observe.md");

        assertThat(DrillRow.all())
                .flatExtracting(DrillRow::ready)
                .filteredOn(ready -> ready.startsWith("DOWN: "))
                .hasSizeGreaterThan(3)
                .allSatisfy(ready -> assertThat(page).contains(DrillRow.plain(ready.substring("DOWN: ".length()))));
    }

    @Test
    void thePageThatSaysWhatToDoHasTheWordsThatWereSeen() throws IOException {
        for (DrillRow row : DrillRow.all()) {
            Path page = DrillRow.DOCUMENT.resolveSibling(row.page().replaceFirst("#.*", ""));
            assertThat(page).as(row.fault()).isRegularFile();
            String text = DrillRow.plain(Files.readString(page));
            assertThat(row.promised().stream().flatMap(DrillDocumentTest::pieces))
                    .as(row.fault() + " in " + page)
                    .anyMatch(words -> words.strip().length() >= FEWEST_LETTERS
                            && text.contains(DrillRow.plain(words).strip()));
        }
    }
}
