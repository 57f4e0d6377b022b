package io.kafkasend.gateway.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadHeadTest {
    private static final UploadHead HEAD = new UploadHead(
            "c0ffee",
            "POST",
            "/api/v1/files?a=b",
            List.of(new HeaderField("Content-Type", "text/plain; a=\"b: c\""), new HeaderField("X-Empty", "")),
            Instant.ofEpochMilli(1_800_000_000_123L),
            OptionalLong.empty(),
            OptionalLong.empty());

    @Test
    void isReadAsItWasWritten() {
        assertThat(UploadHead.of(HEAD.text())).contains(HEAD);
        assertThat(UploadHead.of(HEAD.ofLength(7).text())).contains(HEAD.ofLength(7));
        assertThat(UploadHead.of(HEAD.sentWith(7).text())).contains(HEAD.sentWith(7));
    }

    @Test
    void aCutFileIsNone() {
        String text = HEAD.text();

        for (int end = 0; end < text.length(); end++) {
            Optional<UploadHead> read = UploadHead.of(text.substring(0, end));

            assertThat(read.filter(head -> head.headers().size() == 2)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "kafkasend-upload 2\nc\nPOST\n/\n1\n-\n-\n",
                "kafkasend-upload 1\nc\nPOST\n/\nsoon\n-\n-\n",
                "kafkasend-upload 1\nc\nPOST\n/\n1\nx\n-\n",
                "kafkasend-upload 1\nc\nPOST\n/\n1\n-\n-\nno header\n",
            })
    void whatIsNoneIsNotRead(String text) {
        assertThat(UploadHead.of(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "?1, true",
        "?0, false",
        "?1;a=b, true",
        "?2, ",
        "1, ",
        "true, ",
        "'?1, ?1', ",
    })
    void upLoadCompleteIsABooleanOrNothing(String value, Boolean complete) {
        assertThat(fields("Upload-Complete", value).complete()).isEqualTo(Optional.ofNullable(complete));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "123456789012345, 123456789012345", "-1, ", "1.5, ", "1234567890123456, ", "+1, ", "'', "})
    void anOffsetIsANumberOrNothing(String value, Long offset) {
        OptionalLong read = fields("Upload-Offset", value).offset();

        assertThat(read).isEqualTo(offset == null ? OptionalLong.empty() : OptionalLong.of(offset));
    }

    @ParameterizedTest
    @CsvSource({"5, false", "6, true", "7, true", "8, true", "9, false"})
    void theDraftsFromFiveToTwelveAreKnown(String interop, boolean known) {
        assertThat(fields("Upload-Draft-Interop-Version", interop).interop().isPresent())
                .isEqualTo(known);
    }

    @Test
    void aFieldThatStandsTwiceIsNone() {
        RequestHead head = new RequestHead(
                "POST",
                "/",
                "",
                List.of(new HeaderField("Upload-Offset", "1"), new HeaderField("upload-offset", "1")),
                true,
                true);

        assertThat(UploadFields.of(head).offset()).isEmpty();
    }

    private static UploadFields fields(String name, String value) {
        return UploadFields.of(new RequestHead("POST", "/", "", List.of(new HeaderField(name, value)), true, true));
    }
}
