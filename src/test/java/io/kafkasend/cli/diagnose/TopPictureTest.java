package io.kafkasend.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.cli.console.Ink;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopPictureTest {
    private static final String ID = "27a6f420-6b07-47d8-8c45-3eb9e51b4964";
    private final ObjectMapper mapper = new ObjectMapper();

    private PortalLook look(String path) throws Exception {
        return new PortalLook(
                URI.create("http://127.0.0.1:9876"),
                mapper.readTree(
                        "{\"now\":1764459845000,\"open\":1,\"by_state\":{\"assembling\":0,\"waiting\":3,\"calling\":5,"
                                + "\"answering\":1},\"jobs\":[{\"id\":\"" + ID
                                + "\",\"partition\":0,\"state\":\"calling\","
                                + "\"method\":\"POST\",\"path\":" + mapper.writeValueAsString(path)
                                + ",\"client\":\"billing\",\"chunks\":3,\"total_chunks\":12,\"bytes\":3000000,\"attempts\":1,"
                                + "\"answer_bytes\":0,\"since\":1764459804000,\"stage_ms\":1}]}"),
                mapper.readTree("[{\"topic\":\"api-requests\",\"partition\":2,\"safe\":17,\"next\":20,\"open\":2,"
                        + "\"done_above\":1,\"oldest_seconds\":125}]"),
                mapper.readTree("{\"answered\":120,\"api_errors\":1,\"failed\":2,\"cancelled\":0,\"refused\":4,"
                        + "\"bytes_in\":4000000,\"bytes_out\":12300000}"),
                10);
    }

    @Test
    void aJobAPartitionAndTheLastMinuteAreThere() throws Exception {
        // When
        String picture = String.join("\n", new TopPicture(200, new Ink(false)).lines(look("/api/v1/upload")));

        // Then
        assertThat(picture)
                .contains("work 0.80", "waiting 3, calling 5", "answered 120", "failed 2", "in 4.0 MB, out 12.3 MB")
                .containsPattern("17 +20 +2 +1 +2m05s  api-requests-2")
                .containsPattern("calling +41 s +3/12 " + ID + " +3.0 MB +1 billing +POST /api/v1/upload")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 80, 109, 110, 200})
    void noLineIsWiderThanTheTerminal(int columns) throws Exception {
        // When
        List<String> lines = new TopPicture(columns, new Ink(false)).lines(look("/a".repeat(300)));

        // Then
        assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        assertThat(String.join("\n", lines)).contains("calling");
    }

    @Test
    void aNameFromOutsideMovesNoCursorAndBreaksNoLine() throws Exception {
        // When
        List<String> lines = new TopPicture(200, new Ink(true)).lines(look("/\u001b[2J\u202e\r\nwork 0.00\u0007"));

        // Then
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.replace("\u001b[31m", "").replace("\u001b[0m", ""))
                        .matches("[ -~]*"));
    }

    @Test
    void failuresAreRedWhereThereIsColour() throws Exception {
        assertThat(new TopPicture(200, new Ink(true)).lines(look("/a")))
                .anyMatch(line -> line.startsWith("\u001b[31mlast minute"));
    }
}
