package io.kafkasend.cli.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServersTest {
    @Test
    void whatIsAwayIsToldFromWhatIsSilent() throws Exception {
        // Given: one that listens and says nothing
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String there = "127.0.0.1:" + silent.getLocalPort();

            // When
            String told = new Servers(there + ", 127.0.0.1:9,no-such-host.invalid:9092,127.0.0.1:10")
                    .told(Duration.ofSeconds(10));

            // Then: of three, the others are of one cluster most often
            assertThat(told)
                    .isEqualTo(there + " takes connections, and does not answer on them,"
                            + " 127.0.0.1:9 takes no connection, no-such-host.invalid:9092 is unknown here");
        }
    }

    @Test
    void whatIsNoAddressIsToldSo() {
        assertThat(new Servers("kafka").told(Duration.ofSeconds(1))).isEqualTo("kafka is no address");
        assertThat(new Servers("kafka:many").told(Duration.ofSeconds(1))).isEqualTo("kafka:many is no address");
    }
}
