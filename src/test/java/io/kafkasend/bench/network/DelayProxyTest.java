package io.kafkasend.bench.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DelayProxyTest {
    private final DelayProxy proxy = new DelayProxy(false);
    private final ServerSocket server;

    DelayProxyTest() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        proxy.begin(server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void handsOnEveryByteAndTheEndOfEachWay() throws Exception {
        // Given
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);
        CompletableFuture<Void> echoing = CompletableFuture.runAsync(this::echo);

        // When: the end of what is sent goes through, and the way back stays open
        byte[] back;
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            client.getOutputStream().write(bytes);
            client.shutdownOutput();
            back = client.getInputStream().readAllBytes();
        }

        // Then
        echoing.join();
        assertThat(back).isEqualTo(bytes);
        assertThat(proxy.turns()).isPositive();
        assertThat(proxy.connections()).isEqualTo(1);
    }

    @Test
    void noAnswerComesBeforeTheRoundTripsOfConnectingAndAsking() throws Exception {
        // Given
        proxy.pace(new Distance(40, 0, 0, Set.of(Leg.API)).pace(Leg.API));
        CompletableFuture<Void> echoing = CompletableFuture.runAsync(this::echo);

        // When
        long begin = System.nanoTime();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            client.getOutputStream().write(7);
            int back = client.getInputStream().read();
            long lasted = System.nanoTime() - begin;

            // Then
            assertThat(back).isEqualTo(7);
            assertThat(lasted).isGreaterThanOrEqualTo(80_000_000);
        }
        echoing.join();
    }

    @Test
    void aPeerThatGoesAwayTakesTheOtherWithIt() throws Exception {
        // Given
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        Socket accepted = server.accept();

        // When
        client.setSoLinger(true, 0);
        client.close();

        // Then
        assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        accepted.close();
    }

    @Test
    void whatIsConnectedEndsWithTheProxy() throws Exception {
        // Given
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
                Socket accepted = server.accept()) {
            await().until(() -> proxy.connections() == 1);
            client.getOutputStream().write(1);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);

            // When
            proxy.close();

            // Then
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private void echo() {
        try (Socket accepted = server.accept()) {
            accepted.getInputStream().transferTo(accepted.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
