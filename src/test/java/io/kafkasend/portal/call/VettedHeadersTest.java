package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.portal.kafka.NoHeaders;
import io.kafkasend.portal.respond.FrameHeadersOnly;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class VettedHeadersTest {
    private final Exchange exchange = new Parts().exchange();
    private final VettedHeaders strategy = new VettedHeaders();

    private boolean passes(String name) {
        return !strategy.applyFilterToCamelHeaders(name, "value", exchange);
    }

    @Test
    void letsVettedHeadersPassButNotCamelsOwn() {
        assertThat(passes("Accept")).isTrue();
        assertThat(passes("Authorization")).isTrue();
        assertThat(passes("CamelHttpMethod")).isFalse();
        assertThat(passes("camelhttpuri")).isFalse();
    }

    @Test
    void theBodyBringsItsContentType() {
        // Given
        assertThat(passes("Content-Type")).isTrue();

        // When
        exchange.getMessage().setBody("a body");

        // Then
        assertThat(passes("content-type")).isFalse();
    }

    @Test
    void onlyOurOwnFramesHeadersBecomeRecordHeaders() {
        // Given
        FrameHeadersOnly frames = new FrameHeadersOnly();
        byte[] own = {'0'};

        // Then
        assertThat(frames.applyFilterToCamelHeaders("ks-seq", own, exchange)).isFalse();
        assertThat(frames.applyFilterToCamelHeaders("ks-seq", "0", exchange)).isTrue();
        assertThat(frames.applyFilterToCamelHeaders("KS-SEQ", own, exchange)).isTrue();
        assertThat(frames.applyFilterToCamelHeaders("Authorization", own, exchange))
                .isTrue();
        assertThat(frames.applyFilterToExternalHeaders("ks-seq", own, exchange)).isTrue();
    }

    @Test
    void nothingComesBackAndNothingMeetsKafka() {
        // Given
        NoHeaders none = new NoHeaders();

        // Then
        assertThat(strategy.applyFilterToExternalHeaders("Set-Cookie", "value", exchange))
                .isTrue();
        assertThat(none.applyFilterToExternalHeaders("Authorization", "value", exchange))
                .isTrue();
        assertThat(none.applyFilterToCamelHeaders("Authorization", "value", exchange))
                .isTrue();
    }
}
