package io.kafkasend.portal.respond;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.MessageReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerCutterTest {
    private static final int CHUNK = Limits.CHUNK_BYTES;
    /** The most bytes of a binary answer that go whole. */
    private static final int WHOLE_BINARY = 4 * CHUNK;
    /** The most bytes of a text that may go as text. */
    private static final int WHOLE_TEXT = 12 * CHUNK;

    private static final int WINDOW = 128;
    private static final Map<String, Object> BINARY = Map.of("Content-Type", "application/octet-stream");
    private static final Map<String, Object> TEXT = Map.of("Content-Type", "text/plain; charset=UTF-8");

    private final Parts parts = new Parts();
    private final AnswerCutter cutter = new AnswerCutter(parts.jobs, parts.configuration, parts.arrivals);
    private final MessageReader reader = new MessageReader();

    /** A cut answer: what old clients see. */
    private record Cut(ResponseStart start, List<ResponseChunk> chunks, List<String> json) {
        boolean streamed() {
            return start.totalChunks() == null;
        }

        /** Puts the body together as old clients do: data joined in order, decoded once when it is not text. */
        byte[] body() {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            chunks.forEach(chunk -> data.writeBytes(chunk.data()));
            return start.text() ? data.toByteArray() : Base64.getDecoder().decode(data.toByteArray());
        }
    }

    /** An API's body that counts what is read of it, and may break. */
    private static final class Body extends InputStream {
        private final long length;
        private final long breaksAt;
        private long read;

        Body(long length, long breaksAt) {
            this.length = length;
            this.breaksAt = breaksAt;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (read >= breaksAt) {
                throw new IOException("cut");
            }
            if (read == length) {
                return -1;
            }
            int given = (int) Math.min(count, Math.min(length, breaksAt) - read);
            read += given;
            return given;
        }
    }

    private Exchange exchange(RequestStart start, Map<String, Object> headers, InputStream body) {
        Exchange exchange = parts.exchange(parts.call(start, 0));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        headers.forEach(exchange.getMessage()::setHeader);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private Cut cut(RequestStart request, Map<String, Object> headers, InputStream body) {
        List<ResponseMessage> messages = new ArrayList<>();
        List<String> json = new ArrayList<>();
        Iterator<Iterable<Message>> windows = cutter.cut(exchange(request, headers, body));
        while (windows.hasNext()) {
            int before = messages.size();
            for (Message message : windows.next()) {
                byte[] value = message.getBody(byte[].class);
                assertThat(value.length + 200).isLessThan(Limits.RECORD_BYTES);
                assertThat(message.getHeaders())
                        .containsOnlyKeys(KafkaConstants.KEY)
                        .containsEntry(
                                KafkaConstants.KEY, request.jobId().value().getBytes(UTF_8));
                messages.add(read(value));
                json.add(new String(value, 0, Math.min(300, value.length), UTF_8));
            }
            assertThat(messages.size() - before).isBetween(1, WINDOW);
        }
        List<ResponseChunk> chunks = new ArrayList<>();
        messages.stream().skip(1).forEach(message -> chunks.add((ResponseChunk) message));
        return new Cut((ResponseStart) messages.get(0), chunks, json);
    }

    private ResponseMessage read(byte[] value) {
        try {
            return reader.readResponse(value);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    private Cut cut(Map<String, Object> headers, byte[] body) {
        Cut cut = cut(Start.of(Method.GET).build(), headers, new ByteArrayInputStream(body));
        holdsExactly(cut, body);
        return cut;
    }

    /** What every answer must fulfil, whole or streamed. */
    private static void holdsExactly(Cut cut, byte[] body) {
        assertThat(Arrays.equals(cut.body(), body)).isTrue();
        for (int i = 0; i < cut.chunks().size(); i++) {
            ResponseChunk chunk = cut.chunks().get(i);
            assertThat(chunk.sequence()).isEqualTo(i);
            assertThat(chunk.data()).isNotEmpty();
            assertThat(cut.json().get(i + 1))
                    .contains("\"is_text\":" + cut.start().text());
            boolean last = i == cut.chunks().size() - 1;
            if (cut.streamed() && !last) {
                assertThat(chunk.totalChunks()).isNull();
                assertThat(chunk.crc32()).isNull();
            } else {
                assertThat(chunk.totalChunks()).isEqualTo(cut.chunks().size());
            }
        }
        CRC32 crc = new CRC32();
        crc.update(body);
        if (cut.streamed()) {
            assertThat(cut.start().crc32()).isNull();
            assertThat(cut.start().totalBytes()).isNull();
            assertThat(cut.chunks().get(cut.chunks().size() - 1).crc32()).isEqualTo(crc.getValue());
        } else {
            assertThat(cut.start().totalChunks()).isEqualTo(cut.chunks().size());
            assertThat(cut.start().crc32()).isEqualTo(crc.getValue());
            assertThat(cut.start().totalBytes()).isEqualTo(body.length);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Property(tries = 300)
    void anyBytesComeBackEqual(@ForAll @Size(max = 2_000) byte[] body, @ForAll boolean text) {
        cut(text ? TEXT : BINARY, body);
    }

    @Property(tries = 300)
    void anyTextComesBackAsText(@ForAll String any) {
        // Given
        byte[] body = any.getBytes(UTF_8); // a lone surrogate becomes ?

        // When
        Cut cut = cut(TEXT, body);

        // Then
        assertThat(cut.start().text()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, CHUNK - 1, CHUNK, CHUNK + 1, WHOLE_BINARY - 1, WHOLE_BINARY})
    void aShortBinaryAnswerGoesWhole(int length) {
        // When
        Cut cut = cut(BINARY, random(length));

        // Then
        assertThat(cut.streamed()).isFalse();
        assertThat(cut.start().text()).isFalse();
        assertThat(cut.chunks()).hasSize((int) Limits.chunksFor(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {WHOLE_BINARY + 1, 5 * CHUNK - 1, 5 * CHUNK, 5 * CHUNK + 1, WINDOW * CHUNK})
    void aLongerBinaryAnswerStreamsWithItsTotalsOnTheLastChunk(int length) {
        // When
        Cut cut = cut(BINARY, random(length));

        // Then
        assertThat(cut.streamed()).isTrue();
        assertThat(cut.chunks()).hasSize((int) Limits.chunksFor(length));
    }

    @Test
    void aStreamedAnswerSaysItsLengthAtOnceWhereTheApiDoes() throws Exception {
        // Given
        BasicClassicHttpResponse response = new BasicClassicHttpResponse(200);
        response.setEntity(new InputStreamEntity(InputStream.nullInputStream(), 5 * CHUNK, ContentType.DEFAULT_BINARY));
        Exchange exchange = exchange(Start.of(Method.GET).build(), BINARY, new Body(5 * CHUNK, Long.MAX_VALUE));
        JobExchange.of(exchange).answer(new ApiAnswer(response));

        // When
        Message first = cutter.cut(exchange).next().iterator().next();

        // Then
        ResponseStart start = (ResponseStart) read(first.getBody(byte[].class));
        assertThat(start.totalBytes()).isEqualTo(5 * CHUNK);
        assertThat(start.totalChunks()).isNull();
        assertThat(start.crc32()).isNull();
    }

    /** Whether an answer may wait for others, where many jobs are under way and another answer came right before. */
    private boolean isCrowded(Parts crowd, long offset, byte[] body) {
        Exchange exchange = crowd.exchange(crowd.call(Start.of(Method.GET).build(), offset));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        exchange.getMessage().setBody(new ByteArrayInputStream(body));
        int taken = crowd.slots.taken();
        new AnswerCutter(crowd.jobs, crowd.configuration, crowd.arrivals)
                .cut(exchange)
                .forEachRemaining(window -> window.forEach(message -> {}));
        boolean crowded = exchange.getProperty(JobExchange.BATCHED, Boolean.class);
        assertThat(crowd.slots.taken()).isEqualTo(crowded ? taken - 1 : taken);
        return crowded;
    }

    @Test
    void aShortAnswerOfManyMayWaitForOthersAndLeavesItsSlotOnceItIsHandedOver() {
        // Given
        Parts crowd = new Parts(Map.of("max-concurrent-jobs", "1000"));
        IntStream.range(0, 12).forEach(i -> crowd.call(Start.withChunks(0), i));
        AtomicLong offset = new AtomicLong(100);

        // Then
        await().until(() -> {
            isCrowded(crowd, offset.getAndIncrement(), new byte[1]);
            return isCrowded(crowd, offset.getAndIncrement(), new byte[8_192]); // right behind another
        });
    }

    @Test
    void aLongerAnswerWaitsForNone() {
        // Given
        Parts crowd = new Parts(Map.of("max-concurrent-jobs", "1000"));
        IntStream.range(0, 12).forEach(i -> crowd.call(Start.withChunks(0), i));

        for (int i = 0; i < 20; i++) {
            // Then
            assertThat(isCrowded(crowd, 100 + i, new byte[8_193])).isFalse();
        }
    }

    @Test
    void anAnswerThatIsAloneWaitsForNone() {
        // Then
        assertThat(isCrowded(parts, 0, new byte[1])).isFalse();
        assertThat(isCrowded(parts, 1, new byte[1])).isFalse();
    }

    @Test
    void anEmptyAnswerIsAStartWithoutChunks() {
        for (Map<String, Object> headers : List.of(TEXT, BINARY, Map.<String, Object>of())) {
            // When
            Cut cut = cut(headers, new byte[0]);

            // Then
            assertThat(cut.start().totalChunks()).isZero();
            assertThat(cut.chunks()).isEmpty();
        }
    }

    @Test
    void anAnswerWithoutABodyIsEmpty() {
        // When
        Cut cut = cut(Start.of(Method.HEAD).build(), BINARY, null);

        // Then
        holdsExactly(cut, new byte[0]);
    }

    @Test
    void statusAndHeadersGoOnStart() {
        // When
        Cut cut = cut(
                Map.of("Content-Type", "text/plain", "ETag", "\"a\"", Exchange.HTTP_RESPONSE_TEXT, "of Camel"),
                "x".getBytes(UTF_8));

        // Then
        assertThat(cut.start().statusCode()).isEqualTo(200);
        assertThat(cut.start().headers()).isEqualTo(Map.of("Content-Type", "text/plain", "ETag", "\"a\""));
    }

    @Test
    void aRepeatedHeaderHasItsValuesApartOnlyForWhoReadsThem() {
        // Given
        Map<String, Object> headers = Map.of("Set-Cookie", List.of("a=1", "b=2"), "Vary", List.of("*"));
        RequestStart reads = Start.of(Method.GET)
                .transfer(new Transfer(null, false, false, Set.of(), true))
                .build();

        // When
        Cut apart = cut(reads, headers, InputStream.nullInputStream());
        Cut joined = cut(headers, new byte[0]);

        // Then
        assertThat(apart.start().apart()).isEqualTo(Map.of("Set-Cookie", List.of("a=1", "b=2"), "Vary", List.of("*")));
        assertThat(apart.json().get(0)).contains("\"Set-Cookie\":[\"a=1\",\"b=2\"]");
        assertThat(joined.start().apart()).isEmpty();
        assertThat(joined.start().headers()).isEqualTo(Map.of("Set-Cookie", "a=1, b=2", "Vary", "*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/html; charset=utf-8",
                "TEXT/CSV; charset=\"UTF-8\"",
                "text/plain; charset=us-ascii",
                "application/json",
                "application/problem+json",
                "application/xml",
                "image/svg+xml",
                "application/javascript",
                "application/x-www-form-urlencoded"
            })
    void whatIsTextualAndUtf8GoesAsText(String type) {
        assertThat(cut(Map.of("content-type", type), "{\"a\":\"\u00E4\u20AC\"}".getBytes(UTF_8))
                        .start()
                        .text())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/octet-stream",
                "application/pdf",
                "image/png",
                "text/plain; charset=ISO-8859-1",
                "text/plain; charset=utf-16",
                "text/plain; charset=no-such-charset",
                "text/plain; charset=%%%",
                ";",
                ""
            })
    void whatIsNotCertainlyUtf8TextGoesAsBinary(String type) {
        assertThat(cut(Map.of("Content-Type", type), "plain".getBytes(UTF_8))
                        .start()
                        .text())
                .isFalse();
    }

    @Test
    void aMissingTypeGoesAsBinary() {
        assertThat(cut(Map.of(), "plain".getBytes(UTF_8)).start().text()).isFalse();
    }

    @Test
    void textInAnotherCharsetKeepsItsBytes() {
        assertThat(cut(Map.of("Content-Type", "text/plain; charset=ISO-8859-1"), "\u00E4\u00F6".getBytes(ISO_8859_1))
                        .start()
                        .text())
                .isFalse();
    }

    @Test
    void textThatIsNotUtf8AfterAllGoesAsBinary() {
        assertThat(cut(TEXT, new byte[] {'a', (byte) 0xC3, '('}).start().text()).isFalse();
        assertThat(cut(TEXT, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80})
                        .start()
                        .text())
                .isFalse(); // a surrogate
    }

    @Test
    void compressedTextGoesAsBinary() {
        assertThat(cut(
                                Map.of("Content-Type", "text/plain", "Content-Encoding", "gzip"),
                                new byte[] {0x1F, (byte) 0x8B, 8, 0})
                        .start()
                        .text())
                .isFalse();
        assertThat(cut(Map.of("Content-Type", "text/plain", "content-encoding", "Identity"), "x".getBytes(UTF_8))
                        .start()
                        .text())
                .isTrue();
    }

    @Test
    void noCharacterOfFourBytesIsCutInTwo() {
        for (int shift = 0; shift < 4; shift++) {
            // Given
            byte[] body = ("x".repeat(shift) + "\uD83D\uDCC4".repeat(600_000)).getBytes(UTF_8);

            // When
            Cut cut = cut(TEXT, body);

            // Then
            assertThat(cut.start().text()).isTrue();
            assertThat(cut.chunks()).hasSize(3);
            assertThat(cut.chunks()).allMatch(chunk -> !new String(chunk.data(), UTF_8).contains("\uFFFD"));
        }
    }

    @Test
    void textThatGrowsInJsonIsCutByItsSizeThere() {
        assertThat(cut(TEXT, "\u0001".repeat(500_000).getBytes(UTF_8)).chunks()).hasSize(4);
        assertThat(cut(TEXT, "\"".repeat(500_000).getBytes(UTF_8)).chunks()).hasSize(2);
    }

    @Test
    void textUpToItsLimitGoesAsTextAndLongerTextStreamsAsBinary() {
        // Given
        byte[] longest = new byte[WHOLE_TEXT];
        Arrays.fill(longest, (byte) 'x');
        byte[] longer = Arrays.copyOf(longest, WHOLE_TEXT + 1);

        // Then
        assertThat(cut(TEXT, longest).start().text()).isTrue();
        Cut streamed = cut(TEXT, longer);
        assertThat(streamed.start().text()).isFalse();
        assertThat(streamed.streamed()).isTrue();
    }

    @Test
    void sha256GoesToAClientThatUsesItOnStartOrOnTheLastChunk() throws Exception {
        for (int length : new int[] {10, WHOLE_BINARY + 1}) {
            // Given
            byte[] body = random(length);
            RequestStart request = Start.of(Method.GET).sha256("0".repeat(64)).build();
            String expected = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(body));

            // When
            Cut cut = cut(request, BINARY, new ByteArrayInputStream(body));

            // Then
            ResponseChunk last = cut.chunks().get(cut.chunks().size() - 1);
            assertThat(cut.streamed() ? last.sha256() : cut.start().sha256()).isEqualTo(expected);
        }
    }

    @Test
    void readsNoMoreThanAWindowAhead() {
        // Given
        Body body = new Body(4L * WINDOW * CHUNK, Long.MAX_VALUE);
        Iterator<Iterable<Message>> windows =
                cutter.cut(exchange(Start.of(Method.GET).build(), BINARY, body));
        assertThat(body.read).isLessThanOrEqualTo(6L * CHUNK);

        for (int window = 1; window <= 3; window++) {
            // When
            assertThat(windows.hasNext()).isTrue();
            Iterable<Message> next = windows.next();
            long before = body.read;

            // Then: nothing is read before it is taken
            Iterator<Message> messages = next.iterator();
            assertThat(body.read).isEqualTo(before);
            messages.forEachRemaining(message -> {});
            assertThat(body.read).isLessThanOrEqualTo((long) window * WINDOW * CHUNK + CHUNK);
        }
    }

    @Test
    void aMessageThatTheProducerHasTakenHoldsItsBytesNoLonger() {
        // Given
        Iterator<Message> window = cutter.cut(
                        exchange(Start.of(Method.GET).build(), BINARY, new Body(20L * CHUNK, Long.MAX_VALUE)))
                .next()
                .iterator();
        List<Message> taken = new ArrayList<>();

        // When: Camel's producer keeps them all until the broker has them
        window.forEachRemaining(taken::add);

        // Then
        assertThat(taken).hasSize(21);
        assertThat(taken.subList(0, 20)).allMatch(message -> message.getBody() == null);
        assertThat(taken.get(20).getBody()).isNotNull();
    }

    @Test
    void aShortAnswerThatBreaksFailsBeforeAnythingIsSent() {
        // Given
        Exchange exchange = exchange(Start.of(Method.GET).build(), BINARY, new Body(3L * CHUNK, CHUNK + 7L));

        // Then
        assertThatThrownBy(() -> cutter.cut(exchange))
                .isInstanceOf(AnswerException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aLongAnswerThatBreaksFailsWhereItBreaks() {
        // Given
        Iterator<Iterable<Message>> windows = cutter.cut(
                exchange(Start.of(Method.GET).build(), BINARY, new Body(2L * WINDOW * CHUNK, (WINDOW + 16L) * CHUNK)));
        windows.next().forEach(message -> {});

        // Then
        assertThatThrownBy(() -> windows.next().forEach(message -> {})).isInstanceOf(AnswerException.class);
        assertThat(windows.hasNext()).isFalse();
    }

    @Test
    void thereIsNoMoreToTakeOnceAWindowWasNotTakenToItsEnd() {
        for (int taken = 0; taken < WINDOW; taken += 7) {
            // Given
            Iterator<Iterable<Message>> windows = cutter.cut(
                    exchange(Start.of(Method.GET).build(), BINARY, new Body(2L * WINDOW * CHUNK, Long.MAX_VALUE)));
            Iterator<Message> window = windows.next().iterator();
            for (int i = 0; i < taken; i++) {
                window.next();
            }

            // When: what Camel's splitter does after a failure
            int more = 0;
            while (windows.hasNext() && more < 10) {
                windows.next();
                more++;
            }

            // Then
            assertThat(more).isLessThan(2);
        }
    }

    @Test
    void theSplitterMayLookAheadBeforeItTakesAWindow() {
        // Given
        Iterator<Iterable<Message>> windows = cutter.cut(
                exchange(Start.of(Method.GET).build(), BINARY, new Body(2L * WINDOW * CHUNK, Long.MAX_VALUE)));
        int messages = 0;

        // When
        while (windows.hasNext()) {
            Iterable<Message> window = windows.next();
            windows.hasNext();
            for (Message message : window) {
                messages += message.getBody() == null ? 0 : 1;
            }
        }

        // Then
        assertThat(messages).isEqualTo(2 * WINDOW + 1);
        assertThatThrownBy(windows::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void anEndlessAnswerIsEndedAtTheMostChunks() {
        // Given
        Exchange exchange = exchange(Start.of(Method.GET).build(), BINARY, new InputStream() {
            private long given;

            @Override
            public int read() {
                return 0;
            }

            @Override
            public byte[] readNBytes(int length) {
                given++;
                return given <= 5 ? new byte[length] : new byte[3];
            }
        });

        // Then
        assertThatThrownBy(() -> cutter.cut(exchange).forEachRemaining(window -> window.forEach(message -> {})))
                .isInstanceOf(AnswerException.class)
                .hasMessageContaining("chunks");
    }

    @Test
    void anAnswerForWhichThereIsNoMemoryNowGoesAsItArrivesAndTheNextOneWhole() throws Exception {
        // Given: room for one, as with 16 calls in a heap of 16 MiB for each of them
        Parts one = new Parts(Map.of("max-concurrent-jobs", "1"));
        AnswerCutter cutter = new AnswerCutter(one.jobs, one.configuration, one.arrivals);
        byte[] text = "x".repeat(WHOLE_TEXT).getBytes(UTF_8);
        Exchange first = one.exchange(one.call(Start.of(Method.GET).build(), 0));
        Exchange second = one.exchange(one.call(Start.of(Method.GET).build(), 1));
        Exchange third = one.exchange(one.call(Start.of(Method.GET).build(), 2));
        for (Exchange exchange : List.of(first, second, third)) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
            TEXT.forEach(exchange.getMessage()::setHeader);
            exchange.getMessage().setBody(new ByteArrayInputStream(text));
        }

        // When
        ResponseStart whole = startOf(cutter, first);
        ResponseStart streamed = startOf(cutter, second);
        first.getExchangeExtension().handoverCompletions().forEach(completion -> completion.onComplete(first));
        ResponseStart wholeAgain = startOf(cutter, third);

        // Then
        assertThat(whole.totalChunks()).isEqualTo(9);
        assertThat(whole.text()).isTrue();
        assertThat(streamed.totalChunks()).isNull();
        assertThat(streamed.text()).isFalse();
        assertThat(wholeAgain.totalChunks()).isEqualTo(9);
    }

    private ResponseStart startOf(AnswerCutter cutter, Exchange exchange) throws Exception {
        Message first = cutter.cut(exchange).next().iterator().next();
        return (ResponseStart) reader.readResponse((byte[]) first.getBody());
    }
}
