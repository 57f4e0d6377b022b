package io.kafkasend.portal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallFailureTest {
    private static final String CANARY = "canary\r\n\u001b[31m";

    static Stream<Throwable> quoting() {
        return Stream.of(
                new ProtocolException(CANARY),
                new ClientProtocolException(CANARY, new ParseException(CANARY)),
                new MalformedChunkCodingException(CANARY),
                new AnswerException(new MessageConstraintException(CANARY)));
    }

    @ParameterizedTest
    @MethodSource("quoting")
    void whatTheApiSentIsNotQuoted(Throwable failure) {
        assertThat(CallFailure.shown(failure))
                .startsWith(failure.getClass().getSimpleName())
                .doesNotContain("canary");
    }

    @Test
    void anyOtherMessageIsShownAndPrintable() {
        assertThat(CallFailure.shown(new ConnectException("refused"))).isEqualTo("ConnectException: refused");
        assertThat(CallFailure.shown(new IOException("a\r\n" + "b".repeat(1_000))))
                .startsWith("IOException: a\\r\\nb")
                .hasSizeLessThan(320);
    }
}
