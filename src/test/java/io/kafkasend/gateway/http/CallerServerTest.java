package io.kafkasend.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallerServerTest {
    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private CallerServer server;

    @AfterEach
    void stop() {
        server.stop(Duration.ZERO);
    }

    private void start(CallerServer made) throws IOException {
        server = made;
        server.start();
    }

    private static ConnectionBounds bounds(int most) {
        return new ConnectionBounds(most, most, Duration.ofSeconds(60));
    }

    private static void teapot(HttpCall call) {
        call.answer(new Problem(418, "TEAPOT", "t", "d", false, OptionalInt.empty()));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(FREE.getAddress(), server.address().getPort());
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private String get() throws IOException {
        try (Socket socket = connect()) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void anErrorOfOneConnectionEndsNoOther() throws IOException {
        // Given
        AtomicBoolean first = new AtomicBoolean(true);
        start(new CallerServer(FREE, bounds(1), null, call -> {
            if (first.getAndSet(false)) {
                throw new OutOfMemoryError("planned");
            }
            teapot(call);
        }));

        // Then
        assertThat(get()).isEmpty();
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> get().startsWith("HTTP/1.1 418 "));
    }

    @Test
    void anErrorOfAcceptingEndsNoListening() throws IOException {
        // Given
        AtomicBoolean first = new AtomicBoolean(true);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(0, 4, 1, TimeUnit.SECONDS, new SynchronousQueue<>()) {
            @Override
            public void execute(Runnable task) {
                if (first.getAndSet(false)) {
                    throw new OutOfMemoryError("planned");
                }
                super.execute(task);
            }
        };
        start(new CallerServer(FREE, bounds(4), null, CallerServerTest::teapot, threads));

        // Then
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> get().startsWith("HTTP/1.1 418 "));
        assertThat(first).isFalse();
    }

    @Test
    void anErrorOfALookEndsNoLooking() throws Exception {
        // Given
        AtomicInteger gone = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        Consumer<HttpCall> waiting = call -> {
            call.whenGone(() -> {
                gone.incrementAndGet();
                throw new OutOfMemoryError("planned");
            });
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            call.answer(Problem.of(GatewayError.GATEWAY_FAILED, "over"));
        };
        start(new CallerServer(FREE, bounds(4), null, waiting));

        // When
        for (int i = 1; i <= 2; i++) {
            connect().close();
            int expected = i;
            await().atMost(Duration.ofSeconds(30)).until(() -> gone.get() == expected);
        }

        // Then
        end.countDown();
        assertThat(server.stop(Duration.ofSeconds(30))).isZero();
    }

    @Test
    void aConnectionTooManyIsToldSo() throws Exception {
        // Given
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        start(new CallerServer(FREE, bounds(1), null, call -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            teapot(call);
        }));
        try (Socket held = connect()) {
            begun.await();

            // Then
            try (Socket other = new Socket(FREE.getAddress(), server.address().getPort())) {
                String answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith("HTTP/1.1 503 ").contains("GATEWAY_BUSY");
            }
            end.countDown();
            assertThat(new String(held.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 418 ");
        }
    }

    /** Opens a connection that asks nothing. */
    private Socket silent() throws IOException {
        Socket socket = new Socket(FREE.getAddress(), server.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    @Test
    void aHeadThatComesByteByByteIsGivenUp() throws Exception {
        // Given
        start(new CallerServer(
                FREE, new ConnectionBounds(4, 4, Duration.ofMillis(500)), null, CallerServerTest::teapot));
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (Socket socket = silent()) {
            // When
            Thread drip = new Thread(() -> {
                try {
                    socket.getOutputStream()
                            .write("GET / HTTP/1.1\r\nHost: a\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                    while (!over.isDone()) {
                        socket.getOutputStream().write('x');
                        LockSupport.parkNanos(20_000_000);
                    }
                } catch (IOException e) {
                    over.complete(null); // the server has closed the connection
                }
            });
            drip.start();

            // Then
            assertThat(socket.getInputStream().readNBytes(13)).asString().isEqualTo("HTTP/1.1 408 ");
            over.complete(null);
            drip.join();
        }
    }

    @Test
    void aNewConnectionThatAsksNothingIsClosed() throws Exception {
        // Given
        start(new CallerServer(
                FREE, new ConnectionBounds(4, 4, Duration.ofMillis(500)), null, CallerServerTest::teapot));

        // Then
        try (Socket socket = silent()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void connectionsThatAskNothingKeepNobodyAway() throws Exception {
        // Given
        start(new CallerServer(FREE, bounds(4), null, CallerServerTest::teapot));
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                silent.add(silent());
            }

            // Then
            assertThat(get()).startsWith("HTTP/1.1 418 ");
            assertThat(silent.get(0).getInputStream().read())
                    .as("that which waited longest")
                    .isEqualTo(-1);
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    @Test
    void anAddressHoldsNoMoreIdleConnectionsThanItMay() throws Exception {
        // Given
        start(new CallerServer(
                FREE, new ConnectionBounds(40, 2, Duration.ofSeconds(60)), null, CallerServerTest::teapot));
        List<Socket> held = new ArrayList<>();
        try {
            // When
            for (int i = 0; i < 5; i++) {
                Socket socket = silent();
                held.add(socket);
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(13)).asString().isEqualTo("HTTP/1.1 418 ");
            }

            // Then
            for (Socket first : held.subList(0, 3)) {
                first.getInputStream().readAllBytes(); // comes to an end
            }
            for (Socket last : held.subList(3, 5)) {
                last.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(last.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .contains("HTTP/1.1 418 ");
            }
        } finally {
            for (Socket each : held) {
                each.close();
            }
        }
    }

    @Test
    void theRestOfABodyThatDripsHoldsNothingUp() throws Exception {
        // Given
        start(new CallerServer(FREE, bounds(4), null, CallerServerTest::teapot));
        try (Socket socket = silent()) {
            // When
            socket.getOutputStream()
                    .write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nx"
                            .getBytes(StandardCharsets.US_ASCII));

            // Then
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 418 ")
                    .contains("Connection: close");
        }
    }

    @Test
    void anInterimAnswerGoesAheadOfTheAnswerAndNotToHttp10() throws IOException {
        // Given
        start(new CallerServer(FREE, bounds(4), null, call -> {
            if (call.takesInterim()) {
                try {
                    call.interim(104, "Upload Resumption Supported", List.of(new HeaderField("Location", "/there")));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            call.addToAnswer(() -> List.of(new HeaderField("Upload-Complete", "?0")));
            teapot(call);
        }));

        // When
        String answer = get();
        String old;
        try (Socket socket = new Socket(FREE.getAddress(), server.address().getPort())) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            old = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }

        // Then
        assertThat(answer)
                .startsWith("HTTP/1.1 104 Upload Resumption Supported\r\nLocation: /there\r\n\r\nHTTP/1.1 418 ")
                .contains("Upload-Complete: ?0\r\n");
        assertThat(old).contains(" 418 ").doesNotContain(" 104 ");
    }
}
