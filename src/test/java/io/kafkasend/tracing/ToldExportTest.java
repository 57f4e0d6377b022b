package io.kafkasend.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class ToldExportTest {
    @Test
    void theReasonIsTheFirstCauseInOneLine() {
        assertThat(ToldExport.reason(new IOException("outer", new EOFException("ended\nby nobody"))))
                .isEqualTo("EOFException: ended by nobody");
        assertThat(ToldExport.reason(new IOException("outer", new ConnectException())))
                .isEqualTo("it cannot be connected to");
        assertThat(ToldExport.reason(new HttpTimeoutException("outer"))).isEqualTo("it does not answer in time");
        assertThat(ToldExport.reason(new ClosedChannelException())).isEqualTo("ClosedChannelException");
        assertThat(ToldExport.reason(null)).isEqualTo("it does not take them");
        assertThat(ToldExport.reason(new IOException("a".repeat(1_000)))).hasSizeLessThan(300);
    }
}
