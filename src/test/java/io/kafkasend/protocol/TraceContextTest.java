package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @Test
    void isReadAndWrittenAsItCame() {
        // When
        TraceContext context =
                TraceContext.parse("00-" + TRACE + "-" + SPAN + "-01").orElseThrow();

        // Then
        assertThat(context).isEqualTo(new TraceContext(TRACE, SPAN, true));
        assertThat(context).hasToString("00-" + TRACE + "-" + SPAN + "-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "02", "fe"})
    void onlyTheFlagSampledIsKnown(String flags) {
        assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-" + flags))
                .contains(new TraceContext(TRACE, SPAN, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "-what comes later"})
    void ofALaterVersionIsReadWhatTheFirstHas(String more) {
        assertThat(TraceContext.parse("01-" + TRACE + "-" + SPAN + "-03" + more))
                .contains(new TraceContext(TRACE, SPAN, true));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "00-" + TRACE + "-" + SPAN + "-01-",
                "01-" + TRACE + "-" + SPAN + "-01.more",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-1",
                " 00-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-01\r\nX-Evil: 1"
            })
    void whatIsMalformedIsNone(String text) {
        assertThat(TraceContext.parse(text)).isEmpty();
    }

    @Test
    void whatIsLongIsNone() {
        assertThat(TraceContext.parse("01-" + TRACE + "-" + SPAN + "-01-" + "a".repeat(TraceContext.MOST_CHARS)))
                .isEmpty();
    }

    @Test
    void aNewStepStaysInItsTrace() {
        // Given
        TraceContext first = TraceContext.begin();

        // When
        TraceContext second = first.next();

        // Then
        assertThat(second.traceId()).isEqualTo(first.traceId());
        assertThat(second.spanId()).isNotEqualTo(first.spanId());
        assertThat(second.sampled()).isTrue();
        assertThat(TraceContext.begin().traceId()).isNotEqualTo(first.traceId());
        assertThat(TraceContext.parse(second.toString())).contains(second);
    }

    @Test
    void whoMeansOneIsToldWhenItIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TraceContext.of("00-1-2-01"))
                .withMessageContaining("no traceparent");
        assertThatIllegalArgumentException().isThrownBy(() -> new TraceContext(TRACE, "-", true));
    }
}
