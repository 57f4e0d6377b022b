package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.internal.AnswerHead;
import io.kafkasend.client.internal.AnswerMemory;
import io.kafkasend.protocol.JobId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerPipeTest {
    private static final AnswerHead FIRST = head(500);
    private static final AnswerHead SECOND = head(200);

    private final AnswerMemory memory = new AnswerMemory(0, 1_000);
    private final AnswerPipe pipe = new AnswerPipe(memory, 1_000);

    @Test
    void anAnswerMayBeginAnewUntilItsHeadIsTaken() throws Exception {
        // Given
        pipe.head(FIRST);
        write("first");

        // When
        boolean begins = pipe.restart();
        pipe.head(SECOND);
        write("second");

        // Then
        assertThat(begins).isTrue();
        assertThat(pipe.handedOut()).isFalse();
        assertThat(pipe.takeHead()).isEqualTo(SECOND);
        assertThat(read()).isEqualTo("second");
        assertThat(pipe.handedOut()).isTrue();
        assertThat(pipe.restart()).isFalse();
    }

    @Test
    void aJobThatEndsBeforeItsHeadIsTakenLeavesThePlaceToTheNext() throws Exception {
        // Given
        pipe.head(FIRST);
        write("first");

        // When
        pipe.abort();

        // Then
        assertThat(pipe.handedOut()).isFalse();
        assertThat(memory.taken()).isZero();
        pipe.head(SECOND);
        write("second");
        assertThat(pipe.takeHead()).isEqualTo(SECOND);
        assertThat(read()).isEqualTo("second");
    }

    @Test
    void theEndComesAfterTheLastByteAndOnlyOfAWholeAnswer() throws Exception {
        // Given
        Answer whole = new Answer(SECOND, null, 4, 0, true);
        pipe.head(SECOND);
        write("last");
        pipe.end(whole, null);

        // When, Then
        assertThat(pipe.whole()).isNull();
        assertThat(read()).isEqualTo("last");
        assertThat(pipe.read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(pipe.whole()).isSameAs(whole);
    }

    @Test
    void whatComesAfterItIsClosedTakesNoMemory() throws Exception {
        // Given
        pipe.head(SECOND);
        write("read");

        // When
        pipe.close();
        write("dropped");
        pipe.take(new byte[9]);

        // Then
        assertThat(memory.taken()).isZero();
        assertThatThrownBy(this::read).hasMessage("the answer's stream is closed");
    }

    @Test
    void aFailureComesBeforeWhatWasNotReadYet() throws Exception {
        pipe.head(SECOND);
        pipe.takeHead();
        write("not read");
        pipe.end(null, new ClientException(Kind.TIMED_OUT, "too late"));

        assertThatThrownBy(this::read).hasMessage("too late").hasCauseInstanceOf(ClientException.class);
    }

    @Test
    void aShortAnswerThatFollowsAtOnceIsHandedOutWholeOrNotAtAll() throws Exception {
        // Given
        pipe.head(shortHead());
        write("half of");

        // When
        pipe.end(null, new ClientException(Kind.TIMED_OUT, "too late"));

        // Then
        assertThatThrownBy(pipe::takeHead).isInstanceOf(ClientException.class).hasMessage("too late");
        assertThat(pipe.handedOut()).isFalse();
    }

    @Test
    void whoWaitsForAShortAnswerIsWokenByItsEnd() throws Exception {
        // Given
        FutureTask<AnswerHead> taking = new FutureTask<>(pipe::takeHead);
        Thread reader = new Thread(taking, "reader");
        reader.start();
        await().until(() -> reader.getState() == Thread.State.WAITING);
        AnswerHead head = shortHead();

        // When
        pipe.head(head);
        write("here");
        boolean early = pipe.handedOut();
        pipe.end(new Answer(head, null, 4, 0, true), null);

        // Then
        assertThat(early).isFalse();
        assertThat(taking.get(60, TimeUnit.SECONDS)).isEqualTo(head);
        assertThat(read()).isEqualTo("here");
    }

    private void write(String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        pipe.write(bytes, bytes.length);
    }

    private String read() throws Exception {
        byte[] bytes = new byte[16];
        return new String(bytes, 0, pipe.read(bytes, 0, bytes.length), StandardCharsets.US_ASCII);
    }

    private static AnswerHead head(int status) {
        return new AnswerHead(JobId.random(), status, Map.of(), Map.of(), List.of(), null, false, false);
    }

    private static AnswerHead shortHead() {
        return new AnswerHead(JobId.random(), 200, Map.of(), Map.of(), List.of(), 4L, false, true);
    }
}
