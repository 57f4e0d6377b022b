package io.kafkasend.portal.respond;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.ResponseChunk;
import io.kafkasend.protocol.ResponseMessage;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.Transfer;
import io.kafkasend.protocol.codec.MessageReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.CRC32;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An answer cut for a client that reads streams. */
@Timeout(60)
class TricklingAnswerTest {
    private static final byte[] END = {};

    private final Parts parts = new Parts();
    private long atOnceNanos;
    private final MessageReader reader = new MessageReader();
    private final Api api = new Api();
    private Job job;
    private Iterator<Iterable<Message>> windows;
    private Iterator<Message> window;

    /** A body that comes when the test says so. */
    private static final class Api extends InputStream {
        private final BlockingQueue<byte[]> next = new LinkedBlockingQueue<>();
        private byte[] rest = {};

        void sends(String text) {
            next.add(text.getBytes(UTF_8));
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            if (rest.length == 0) {
                try {
                    rest = next.take();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (rest == END) {
                return -1;
            }
            if (new String(rest, UTF_8).equals("broken")) {
                throw new IOException("broken");
            }
            int count = Math.min(length, rest.length);
            System.arraycopy(rest, 0, to, at, count);
            rest = Arrays.copyOfRange(rest, count, rest.length);
            return count;
        }
    }

    private void cut(ContentEncoding... encodings) {
        Transfer transfer = new Transfer(null, false, false, Set.of(encodings), false, false, true);
        job = parts.call(Start.of(Method.GET).transfer(transfer).build(), 0);
        Exchange exchange = parts.exchange(job);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        exchange.getMessage().setHeader("Content-Type", "text/event-stream");
        exchange.getMessage().setBody(api);
        windows = new AnswerCutter(parts.jobs, parts.configuration, parts.arrivals, atOnceNanos).cut(exchange);
        window = windows.next().iterator();
    }

    /** Also beyond the window, which ends after a second: so long a busy machine may take for a line of this test. */
    private boolean hasMore() {
        while (!window.hasNext() && windows.hasNext()) {
            window = windows.next().iterator();
        }
        return window.hasNext();
    }

    private ResponseMessage next() throws ProtocolException {
        assertThat(hasMore()).isTrue();
        return reader.readResponse(window.next().getBody(byte[].class));
    }

    private ResponseChunk chunk() throws ProtocolException {
        return (ResponseChunk) next();
    }

    private static String text(ResponseChunk chunk) {
        return new String(Base64.getDecoder().decode(chunk.data()), UTF_8);
    }

    @Test
    void startGoesBeforeTheBodyHasBegunAndEachPieceBeforeTheNextOneComes() throws Exception {
        // When
        cut();

        // Then
        ResponseStart start = (ResponseStart) next();
        assertThat(start.stream()).isTrue();
        assertThat(start.totalChunks()).isNull();
        assertThat(start.crc32()).isNull();
        for (String piece : new String[] {"a", "bc", "data: x\n\n"}) {
            api.sends(piece);
            ResponseChunk chunk = chunk();
            assertThat(text(chunk)).isEqualTo(piece);
            assertThat(chunk.totalChunks()).isNull();
        }
        api.next.add(END);
        ResponseChunk last = chunk();
        CRC32 crc = new CRC32();
        crc.update("abcdata: x\n\n".getBytes(UTF_8));
        assertThat(last.data()).isEmpty();
        assertThat(last.totalChunks()).isEqualTo(4);
        assertThat(last.crc32()).isEqualTo(crc.getValue());
        assertThat(hasMore()).isFalse();
    }

    @Test
    void whatIsThereWithItsHeadGoesWholeAsText() throws Exception {
        // Given
        atOnceNanos = 60_000_000_000L;
        api.sends("all ");
        api.sends("of it");
        api.next.add(END);

        // When
        cut();

        // Then
        ResponseStart start = (ResponseStart) next();
        assertThat(start.stream()).isFalse();
        assertThat(start.totalChunks()).isEqualTo(1);
        assertThat(start.text()).isTrue();
        assertThat(new String(chunk().data(), UTF_8)).isEqualTo("all of it");
    }

    @Test
    void fullPiecesDoNotWait() throws Exception {
        // Given
        cut();
        next();
        String full = "x".repeat(Limits.CHUNK_BYTES);

        // When
        api.sends(full + full + "y");
        api.next.add(END);

        // Then
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (hasMore()) {
            byte[] bytes = Base64.getDecoder().decode(chunk().data());
            assertThat(bytes.length).isLessThanOrEqualTo(Limits.CHUNK_BYTES);
            body.writeBytes(bytes);
        }
        assertThat(body.toString(UTF_8)).isEqualTo(full + full + "y");
    }

    @Test
    void aBrokenBodyIsNotEnded() throws Exception {
        // Given
        cut();
        next();
        api.sends("begun");
        assertThat(text(chunk())).isEqualTo("begun");

        // When
        api.sends("broken");

        // Then
        assertThatThrownBy(this::chunk).isInstanceOf(AnswerException.class).hasRootCauseMessage("broken");
    }

    @Test
    void aJobThatHasGoneToAnotherPortalSaysNoMore() throws Exception {
        // Given
        cut();
        next();

        // When
        parts.ledger.forget(java.util.List.of(Parts.PARTITION));

        // Then
        assertThatThrownBy(this::chunk)
                .isInstanceOf(AnswerException.class)
                .hasRootCauseMessage("the job has ended, or has gone to another portal");
    }

    @Test
    void eachPieceIsCompressedWhereTheFirstOnePays() throws Exception {
        // Given
        atOnceNanos = 60_000_000_000L; // or until a piece is full
        api.sends("z".repeat(Limits.CHUNK_BYTES));

        // When
        cut(ContentEncoding.GZIP);

        // Then
        assertThat(((ResponseStart) next()).encoding()).isEqualTo(ContentEncoding.GZIP);
        assertThat(unzipped()).hasSize(Limits.CHUNK_BYTES).containsOnly('z');
        api.sends("y");
        assertThat(unzipped()).containsExactly('y');
        api.next.add(END);
        assertThat(unzipped()).isEmpty();
    }

    private byte[] unzipped() throws ProtocolException {
        return ContentEncoding.GZIP.decode(job.id(), Base64.getDecoder().decode(chunk().data()));
    }
}
