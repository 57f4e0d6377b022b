package io.kafkasend.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
    private static final JobId JOB = new JobId("550e8400-e29b-41d4-a716-446655440000");
    private static final String START = "{\"job_id\":\"" + JOB + "\",\"message_type\":\"START\",\"sequence\":0,"
            + "\"total_chunks\":0,\"method\":\"POST\",\"endpoint\":\"/a\"%s}";
    private static final String ANSWER = "{\"job_id\":\"" + JOB + "\",\"message_type\":\"START\",\"sequence\":0,"
            + "\"total_chunks\":0,\"status_code\":200%s}";

    private final MessageReader reader = new MessageReader();

    @Test
    void nullIsTheSameAsAbsent() throws Exception {
        // When
        RequestMessage read = request(",\"headers\":null,\"filename\":null,\"content_type\":null,\"crc32\":null,"
                + "\"data\":null,\"is_text\":null,\"status_code\":null,\"error_message\":null,\"total_bytes\":null,"
                + "\"sha256\":null,\"timeout_seconds\":null,\"content_encoding\":null");

        // Then
        assertThat(read)
                .isEqualTo(RequestStart.builder(JOB, 0, Method.POST, "/a").build());
    }

    @Test
    void whatTheProtocolDoesNotKnowIsIgnored() throws Exception {
        assertThat(request(",\"Endpoint\":\"/b\",\"endpoint \":\"/c\",\"x\":[{\"y\":[1e999,true]}],\"accept\":[\"br\"],"
                        + "\"iat\":{},\"exp\":1e9,\"aud\":[1],\"partition\":\"x\",\"@class\":\"java.lang.Object\""))
                .isEqualTo(request(""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ,"total_chunks":0                        | INVALID_JSON         | false
                    ,"x":1,"x":1                             | INVALID_JSON         | false
                    ,"headers":{"a":"1","a":"1"}             | INVALID_JSON         | false
                    ,"x":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]  | INVALID_JSON         | false
                    ,"client_id":"../a"                      | INVALID_MESSAGE      | true
                    ,"client_id":""                          | INVALID_MESSAGE      | true
                    ,"reply_to":"a b"                        | INVALID_MESSAGE      | true
                    ,"reply_to":".."                         | INVALID_MESSAGE      | true
                    ,"reply_to":["a"]                        | INVALID_MESSAGE      | true
                    ,"signature":{}                          | INVALID_MESSAGE      | true
                    ,"headers":{"a":1}                       | INVALID_MESSAGE      | true
                    ,"headers":{"a":null}                    | INVALID_MESSAGE      | true
                    ,"headers":"a"                           | INVALID_MESSAGE      | true
                    ,"headers":{"\\ud800":"a"}               | INVALID_JSON         | false
                    ,"headers":{"a":"\\udc00"}               | INVALID_MESSAGE      | true
                    ,"crc32":4294967296                      | INVALID_MESSAGE      | true
                    ,"crc32":-1                              | INVALID_MESSAGE      | true
                    ,"crc32":1.0                             | INVALID_MESSAGE      | true
                    ,"total_bytes":-1                        | INVALID_MESSAGE      | true
                    ,"total_bytes":"1"                       | INVALID_MESSAGE      | true
                    ,"sha256":"AB"                           | INVALID_MESSAGE      | true
                    ,"timeout_seconds":0                     | INVALID_MESSAGE      | true
                    ,"data":""                               | INVALID_MESSAGE      | true
                    ,"is_text":1                             | INVALID_MESSAGE      | true
                    ,"content_encoding":"br"                 | UNSUPPORTED_ENCODING | true
                    ,"content_encoding":""                   | UNSUPPORTED_ENCODING | true
                    ,"content_encoding":"GZIP"               | UNSUPPORTED_ENCODING | true
                    ,"content_encoding":["gzip"]             | INVALID_MESSAGE      | true
                    ,"binary_frames":"true"                  | INVALID_MESSAGE      | true
                    ,"accept":"binary"                       | INVALID_MESSAGE      | true
                    ,"accept":["binary",1]                   | INVALID_MESSAGE      | true
                    ,"accept":[["binary"]]                   | INVALID_MESSAGE      | true
                    ,"accept":["a",null]                     | INVALID_MESSAGE      | true
                    ,"accept":["1","1","1","1","1","1","1","1","1","1","1","1","1","1","1","1","1"] | INVALID_MESSAGE | true
                    ,"content_type":""                       | INVALID_CONTENT_TYPE | true
                    ,"content_type":"text/plain, text/html"  | INVALID_CONTENT_TYPE | true
                    ,"content_type":"*/*"                    | INVALID_CONTENT_TYPE | true
                    ,"filename":""                           | INVALID_FILENAME     | true
                    ,"filename":".."                         | INVALID_FILENAME     | true
                    ,"filename":"a\\nb"                      | INVALID_FILENAME     | true
                    ,"filename":"\\ud800"                    | INVALID_FILENAME     | true
                    ,"filename":"a%0Db"                      | INVALID_FILENAME     | true
                    """)
    void aFieldOutsideItsRangeIsRefusedWithItsCode(String fields, ErrorCode code, boolean namesJob) {
        // When
        ProtocolException refusal = catchThrowableOfType(ProtocolException.class, () -> request(fields));

        // Then
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.jobId().isPresent()).isEqualTo(namesJob);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "OPTIONS"})
    void headAndOptionsAreTakenButNotWithABody(String method) throws Exception {
        // Given
        String start = START.replace("POST", method);

        // Then
        assertThat(((RequestStart) reader.readRequest(bytes(String.format(start, ""))))
                        .method()
                        .name())
                .isEqualTo(method);
        assertRefused(start.replace("\"total_chunks\":0", "\"total_chunks\":1"), ErrorCode.INVALID_MESSAGE);
        assertRefused(
                String.format(start, ",\"filename\":\"a\",\"content_type\":\"a/b\"%s"), ErrorCode.INVALID_MESSAGE);
    }

    @Test
    void aMultipartTypeIsTakenAsARawBodyOnly() throws Exception {
        assertThat(((RequestStart) request(",\"content_type\":\"multipart/form-data; boundary=x\"")).multipart())
                .isFalse();
        assertRefused(
                String.format(START, ",\"filename\":\"a\",\"content_type\":\"Multipart/mixed; boundary=x\"%s"),
                ErrorCode.INVALID_CONTENT_TYPE);
    }

    @Test
    void headersAreBoundedInNumberAndLengthInARequest() {
        // Given
        StringBuilder many = new StringBuilder(",\"headers\":{\"h\":\"v\"");
        for (int i = 0; i < Limits.HEADERS; i++) {
            many.append(",\"h").append(i).append("\":\"v\"");
        }

        // Then
        assertRefused(START.replace("%s", many + "}"), ErrorCode.INVALID_MESSAGE);
        assertRefused(
                START.replace("%s", ",\"headers\":{\"h\":\"" + "v".repeat(Limits.TEXT_CHARS + 1) + "\"}"),
                ErrorCode.INVALID_MESSAGE);
        assertRefused(START.replace("/a", "/" + "a".repeat(Limits.TEXT_CHARS)), ErrorCode.INVALID_MESSAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"headers\":{\"%name\":\"v\"}", ",\"%name\":1", ",\"headers\":{\"X-A\":{\"%name\":[]}}"})
    void whoSendsLongerNamesThanAreReadIsToldSo(String fields) {
        // Given: the job is named before what is too long, and behind it
        String long70k = fields.replace("%name", "n".repeat(70_000));
        String behind = "{" + long70k.substring(1) + ",\"job_id\":\"" + JOB + "\",\"message_type\":\"START\"}";

        for (String message : List.of(START.replace("%s", long70k), behind)) {
            // When
            ProtocolException refusal =
                    catchThrowableOfType(ProtocolException.class, () -> reader.readRequest(bytes(message)));

            // Then
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
            assertThat(refusal.jobId()).contains(JOB);
            assertThat(refusal.getMessage()).contains("8192 characters").doesNotContain("nnnn");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"job_id\":\"%job\",\"%name\":1",
                "{\"job_id\":\"%job\",\"job_id\":\"%job\",\"%name\":1}",
                "{\"%name\":1}",
                "[{\"%name\":1}]",
                "{\"%name\":1,\"job_id\":\"x\"}",
                "{\"x\":{\"job_id\":\"%job\"},\"%name\":1}",
                "{\"job_id\":\"%job\",\"%name\":1}{}"
            })
    void whatIsNoMessageOfAJobStaysNobodysHoweverLongItIs(String value) {
        // When
        ProtocolException refusal = catchThrowableOfType(
                ProtocolException.class,
                () -> reader.readRequest(
                        bytes(value.replace("%job", JOB.value()).replace("%name", "n".repeat(70_000)))));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refusal.jobId()).isEmpty();
    }

    @Test
    void anAnswersHeadersAreWhateverTheApiSent() throws Exception {
        // Given
        StringBuilder many = new StringBuilder(",\"headers\":{\"long\":\"" + "v".repeat(20_000) + "\"");
        for (int i = 0; i < 500; i++) {
            many.append(",\"h").append(i).append("\":\"v\"");
        }

        // When
        ResponseStart start = (ResponseStart) reader.readResponse(bytes(ANSWER.replace("%s", many + "}")));

        // Then
        assertThat(start.headers()).hasSize(501);
    }

    @Test
    void anEarlierPortalsTextChunkMayBeLargerThanARecordOfOurs() throws Exception {
        // Given: 665,600 characters as Python writes them, each as two escapes
        String value =
                "{\"job_id\":\"" + JOB + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"is_text\":false,\"data\":\""
                        + "\\ud83d\\ude00".repeat(665_600) + "\"}";

        // When
        ResponseChunk chunk = (ResponseChunk) reader.readResponse(bytes(value));

        // Then
        assertThat(new String(chunk.data(), UTF_8).equals("😀".repeat(665_600))).isTrue();
        assertRefused(value, ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void anAnswerBeyondAnyPortalsIsRefusedUnread() {
        // When
        ProtocolException refusal = catchThrowableOfType(
                ProtocolException.class, () -> reader.readResponse(new byte[Limits.ANSWER_BYTES + 1]));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void halfASurrogatePairInAnAnswersTextIsRefusedRatherThanReplaced() {
        // When
        ProtocolException refusal = catchThrowableOfType(
                ProtocolException.class,
                () -> reader.readResponse(bytes("{\"job_id\":\"" + JOB
                        + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"data\":\"\\ud800\"}")));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    }

    @Test
    void anAnswerWithoutAStatusIsRefused() {
        for (String status : new String[] {"99", "600", "null", "\"200\"", "-1"}) {
            assertThat(catchThrowableOfType(
                                    ProtocolException.class,
                                    () -> reader.readResponse(
                                            bytes(ANSWER.replace("200", status).replace("%s", ""))))
                            .code())
                    .isEqualTo(ErrorCode.INVALID_MESSAGE);
        }
    }

    @Test
    void anErrorOfAnEarlierPortalHasNoCodeAndMayHaveNoReason() throws Exception {
        assertThat(reader.readResponse(bytes("{\"job_id\":\"" + JOB
                        + "\",\"message_type\":\"ERROR\",\"error_message\":null," + "\"retry_after_seconds\":-5}")))
                .isEqualTo(new ResponseError(JOB, "the portal gave no reason", null, null, 0));
    }

    @Test
    void aNewMessageTypeOfANewerPortalIsNamedAsSuch() {
        assertThat(catchThrowableOfType(
                                ProtocolException.class,
                                () -> reader.readResponse(
                                        bytes("{\"job_id\":\"" + JOB + "\",\"message_type\":\"PROGRESS\"}")))
                        .code())
                .isEqualTo(ErrorCode.UNKNOWN_MESSAGE_TYPE);
    }

    @Test
    void chunksAreEqualByTheirBytesAndNeverPrintThem() {
        // Given
        RequestChunk chunk = new RequestChunk(JOB, 1, 2, new byte[] {65});

        // Then
        assertThat(chunk)
                .isEqualTo(new RequestChunk(JOB, 1, 2, new byte[] {65}))
                .hasSameHashCodeAs(new RequestChunk(JOB, 1, 2, new byte[] {65}))
                .isNotEqualTo(new RequestChunk(JOB, 1, 2, new byte[] {66}))
                .isNotEqualTo(new RequestChunk(JOB, 1, null, new byte[] {65}))
                .isNotEqualTo(new RequestChunk(JOB, 0, 2, new byte[] {65}))
                .isNotEqualTo(null)
                .hasToString("CHUNK " + JOB + " #1, 1 bytes");
        ResponseChunk answer = new ResponseChunk(JOB, 1, 2, 3L, null, new byte[] {65});
        assertThat(answer)
                .isEqualTo(new ResponseChunk(JOB, 1, 2, 3L, null, new byte[] {65}))
                .hasSameHashCodeAs(new ResponseChunk(JOB, 1, 2, 3L, null, new byte[] {65}))
                .isNotEqualTo(new ResponseChunk(JOB, 1, 2, 4L, null, new byte[] {65}))
                .isNotEqualTo(new ResponseChunk(JOB, 1, 2, 3L, null, new byte[] {66}));
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll byte[] value) {
        readOrRefuse(value);
    }

    @Property(tries = 5_000)
    void aMessageWithOneByteChangedIsReadOrRefusedAndNeverRepeated(
            @ForAll("messages") String message, @ForAll @IntRange(max = 400) int at, @ForAll byte by) {
        // Given
        byte[] value = bytes(message);
        value[at % value.length] = by;

        // Then
        readOrRefuse(value);
    }

    @Property
    void aMessageCutShortIsNoMessage(@ForAll("messages") String message, @ForAll @IntRange(max = 400) int at) {
        // Given
        byte[] value = bytes(message);

        // When
        ProtocolException refusal = catchThrowableOfType(
                ProtocolException.class, () -> reader.readRequest(Arrays.copyOf(value, at % value.length)));

        // Then
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refusal.jobId()).isEmpty();
    }

    @Provide
    Arbitrary<String> messages() {
        return Arbitraries.of(
                String.format(
                        START, ",\"headers\":{\"a\":\"CANARY\"},\"filename\":\"CANARY\",\"content_type\":\"a/b\""),
                String.format(ANSWER, ",\"headers\":{\"a\":\"CANARY\"},\"is_text\":true,\"crc32\":1"),
                "{\"job_id\":\"" + JOB + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"data\":\"CANARYCA\"}",
                "{\"job_id\":\"" + JOB + "\",\"message_type\":\"ERROR\",\"error_message\":\"CANARY\"}");
    }

    private void readOrRefuse(byte[] value) {
        try {
            reader.readRequest(value);
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).doesNotContain("CANARY").hasSizeLessThan(120);
        }
        try {
            reader.readResponse(value);
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).doesNotContain("CANARY").hasSizeLessThan(120);
        }
    }

    private void assertRefused(String value, ErrorCode code) {
        ProtocolException refusal =
                catchThrowableOfType(ProtocolException.class, () -> reader.readRequest(bytes(value.replace("%s", ""))));
        assertThat(refusal.code()).isEqualTo(code);
    }

    private RequestMessage request(String fields) throws ProtocolException {
        return reader.readRequest(bytes(String.format(START, fields)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
