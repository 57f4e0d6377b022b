package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.outbox.Outbox;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An outbox before a portal, and an API that keeps a ledger of what it was asked. */
@Timeout(240)
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("try") // outboxes that are only held open
class OutboxIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String KEY = "0cc175b9c0f1b6a8";
    private static final int LARGE = 1_000_000;
    private static final int BIG = 40_000_000;

    private volatile CountDownLatch gate = new CountDownLatch(0);
    private EmbeddedBroker broker;
    private RecordingApi api;
    private Portal portal;

    @TempDir
    Path directory;

    @BeforeAll
    void startBrokerPortalAndApi() throws Exception {
        broker = EmbeddedBroker.start();
        List.of("requests", "responses").forEach(topic -> broker.createTopic(topic, 3));
        api = RecordingApi.start(this::answer);
        portal = Portal.start(Map.ofEntries(
                Map.entry("kafkasend.bootstrap-servers", broker.bootstrapServers()),
                Map.entry("kafkasend.request-topic", "requests"),
                Map.entry("kafkasend.response-topic", "responses"),
                Map.entry("kafkasend.target-api-url", api.url()),
                Map.entry("kafkasend.allowed-endpoints", "/api/v1/*"),
                Map.entry("kafkasend.job-timeout-seconds", "4"),
                Map.entry("kafkasend.job-idle-seconds", "5"), // of a body that a killed outbox had half sent
                Map.entry("kafkasend.management-port", "off"),
                Map.entry("kafkasend.use-oauth", "false")));
    }

    @AfterAll
    void stopThem() {
        portal.close();
        api.close();
        broker.close();
    }

    /** What was paid, once it may go on; a path that says so is refused. */
    private Plan answer(Call call) {
        try {
            gate.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (call.path().contains("refuse")) {
            return new Plan(422, Map.of("Content-Type", "text/plain"), bytes("no"), 0, RecordingApi.Fault.NONE);
        }
        return Plan.ok(call.path().contains("large") ? new byte[LARGE] : bytes("took " + call.crc()));
    }

    private Map<String, String> settings(Path folder) {
        return new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.request-topic",
                "requests",
                "kafkasend.response-topic",
                "responses",
                "kafkasend.outbox-directory",
                folder.toString(),
                "kafkasend.outbox-quiet-seconds",
                "0",
                "kafkasend.outbox-endpoint",
                "/api/v1/" + folder.getFileName() + "/{name}"));
    }

    /** The same for a process. */
    private Map<String, String> environment(Path folder) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC",
                "requests",
                "KAFKA_RESPONSE_TOPIC",
                "responses",
                "OUTBOX_DIRECTORY",
                folder.toString(),
                "OUTBOX_QUIET_SECONDS",
                "0",
                "OUTBOX_ENDPOINT",
                "/api/v1/" + folder.getFileName() + "/{name}");
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    /** Puts a file there as a whole, as a rename does. */
    private void drop(Path folder, String name, byte[] content) throws IOException {
        Path made = Files.write(directory.resolve(UUID.randomUUID().toString()), content);
        Files.move(made, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<Call> calls(Path folder) {
        return api.calls().stream()
                .filter(call -> call.path().startsWith("/api/v1/" + folder.getFileName() + "/"))
                .toList();
    }

    private static List<String> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return "took " + crc.getValue();
    }

    @Test
    void filesOfWhateverNameAreSentAndTheirAnswersFound() throws Exception {
        // Given
        Path folder = folder("names");
        List<String> names = List.of("plain.txt", "Größe & Maß (7) 100%.pdf", "-rf", "a;b|c$d", "名前", "x".repeat(250));

        // When
        try (Outbox outbox = Outbox.start(settings(folder))) {
            for (String name : names) {
                drop(folder, name, bytes("content of " + name));
            }
            drop(folder, "two\nlines", bytes("a path with a line's end, which no portal lets pass"));
            await().atMost(SOON).until(() -> names(folder.resolve("done")).size() == names.size());

            // Then
            assertThat(calls(folder)).hasSize(names.size());
            assertThat(calls(folder)).extracting(Call::method).containsOnly("POST");
            assertThat(calls(folder))
                    .extracting(Call::path)
                    .contains("/api/v1/names/Gr%C3%B6%C3%9Fe%20%26%20Ma%C3%9F%20%287%29%20100%25.pdf");
            for (String name : names.subList(0, names.size() - 1)) {
                assertThat(folder.resolve("done").resolve(name)).hasContent("content of " + name);
                assertThat(folder.resolve("answers").resolve(name)).hasContent(crc(bytes("content of " + name)));
                assertThat(folder.resolve("answers").resolve(name + ".head"))
                        .content()
                        .startsWith("HTTP/1.1 200\n")
                        .contains("KafkaSend-Job: ");
            }
            assertThat(names(folder.resolve("answers"))).hasSize(2 * names.size());

            await().atMost(SOON).until(() -> names(folder.resolve("failed"))
                    .equals(List.of("two\nlines", "two\nlines.reason.txt")));
            assertThat(folder.resolve("failed/two\nlines.reason.txt")).content().contains("File: two?lines");

            // When a name comes again
            drop(folder, "plain.txt", bytes("another"));
            await().atMost(SOON).until(() -> names(folder.resolve("done")).size() == names.size() + 1);

            // Then
            assertThat(folder.resolve("done/plain.txt")).hasContent("content of plain.txt");
            assertThat(names(folder.resolve("answers")))
                    .filteredOn(name -> name.startsWith("plain.txt."))
                    .hasSize(3);
            assertThat(names(folder)).containsExactly(".sending", "answers", "done", "failed");
        }
    }

    @Test
    void aSidecarSaysWhatIsAskedAndWhatIsRefusedHasItsReason() throws Exception {
        // Given
        Path folder = folder("asked");
        drop(
                folder,
                "report.request",
                bytes(
                        "method = PUT\nendpoint=/api/v1/asked/{name}?a=b\ncontent-type=text/csv\nheader.Accept=text/plain\n"));
        drop(folder, "report", bytes("1;2"));
        drop(folder, "form.request", bytes("form=true\nendpoint=/api/v1/asked/form\n"));
        drop(folder, "form", bytes("file"));
        drop(folder, "elsewhere.request", bytes("endpoint=/secret\n"));
        drop(folder, "elsewhere", bytes("x"));
        drop(folder, "misspelt.request", bytes("methode=PUT\n"));
        drop(folder, "misspelt", bytes("x"));
        drop(folder, "token.request", bytes("endpoint=/api/v1/asked/token\nheader.x-api-key=" + KEY + "\n"));
        drop(folder, "token", bytes("x"));
        drop(folder, "refuse", bytes("x"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/passwd"));
        List<String> failed = List.of("elsewhere", "link", "misspelt", "refuse", "token");

        // When
        Map<String, String> settings = settings(folder);
        settings.put("kafkasend.outbox-secret-headers", "X-Api-Key");
        try (Outbox outbox = Outbox.start(settings)) {
            await().atMost(SOON).until(() -> names(folder.resolve("failed")).containsAll(failed));
            await().atMost(SOON).until(() -> names(folder.resolve("done")).containsAll(List.of("form", "report")));
        }

        // Then
        Call put = calls(folder).stream()
                .filter(call -> call.method().equals("PUT"))
                .findFirst()
                .orElseThrow();
        assertThat(put.path()).isEqualTo("/api/v1/asked/report?a=b");
        assertThat(put.header("content-type")).isEqualTo("text/csv");
        assertThat(put.header("accept")).isEqualTo("text/plain");
        assertThat(calls(folder))
                .filteredOn(call -> call.path().endsWith("/form"))
                .singleElement()
                .satisfies(call -> assertThat(new String(call.body(), StandardCharsets.UTF_8))
                        .contains("filename=\"form\"", "file"));
        assertThat(folder.resolve("done/report.request")).exists();
        assertThat(folder.resolve("failed/elsewhere.reason.txt"))
                .content()
                .contains("ENDPOINT_NOT_ALLOWED", "Request: POST /secret", "move it back");
        assertThat(folder.resolve("failed/misspelt.reason.txt"))
                .content()
                .contains("it takes method, endpoint", "Nothing was done at the API.");
        assertThat(folder.resolve("failed/link.reason.txt")).content().contains("it is a link");
        assertThat(folder.resolve("failed/token.reason.txt"))
                .content()
                .contains("header x-api-key is a secret of the caller's", "Nothing was done at the API.")
                .doesNotContain(KEY);
        assertThat(AllRecords.of(broker))
                .noneMatch(each -> new String(each.value(), StandardCharsets.UTF_8).contains(KEY));
        assertThat(folder.resolve("failed/refuse.reason.txt")).content().contains("The API answered 422.");
        assertThat(folder.resolve("answers/refuse")).hasContent("no");
        assertThat(folder.resolve("answers/refuse.head")).content().startsWith("HTTP/1.1 422");
    }

    @Test
    void whatIsStillWrittenIsNotTaken() throws Exception {
        // Given
        Path folder = folder("written");
        Map<String, String> settings = settings(folder);
        settings.put("kafkasend.outbox-quiet-seconds", "1");
        StringBuilder all = new StringBuilder();
        Files.writeString(folder.resolve(".hidden"), "x");
        Files.writeString(folder.resolve("half.part"), "x");

        // When
        try (Outbox outbox = Outbox.start(settings)) {
            await().pollInterval(Duration.ofMillis(100)).atMost(SOON).until(() -> {
                String line = "line " + all.length() + "\n";
                all.append(line);
                Files.writeString(folder.resolve("log"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                return all.length() > 300;
            });
            await().atMost(SOON).until(() -> names(folder.resolve("done")).equals(List.of("log")));

            // Then
            assertThat(calls(folder)).singleElement().satisfies(call -> assertThat(call.body())
                    .isEqualTo(bytes(all.toString())));
            assertThat(names(folder)).contains(".hidden", "half.part");
        }
    }

    /** Each state that a process may leave behind, made by hand. */
    @Test
    void whatWasLeftAtAnyMomentGoesOnFromThere() throws Exception {
        // Given
        Path folder = folder("left");
        Path place = folder.resolve(".sending/" + UUID.randomUUID());
        leave(place, "claimed", "");
        Files.createDirectories(place.resolve(UUID.randomUUID() + "/file"));
        String described = "claimed=" + System.currentTimeMillis() + "\nrequest.method=POST\nrequest.form=false\n"
                + "request.content-type=text/plain\nrequest.endpoint=/api/v1/left/";
        leave(
                place,
                "described",
                described + "described\njob-id=" + JobId.random().value() + "\nreceipts=0\n");
        String receipt = "\nreceipts=1\nreceipt.1.request-sha256=" + "a".repeat(64)
                + "\nreceipt.1.secret=s\nreceipt.1.since=" + System.currentTimeMillis() + "\n";
        leave(
                place,
                "receipted",
                described + "receipted\njob-id=" + JobId.random().value() + receipt);
        Path ended = leave(
                place,
                "ended",
                described + "ended\njob-id=" + JobId.random().value() + receipt
                        + "outcome.answered=true\noutcome.head=HTTP/1.1 201\\n\noutcome.reason=\n");
        Files.writeString(ended.resolve("answer"), "before");
        Files.createDirectories(folder.resolve("answers"));
        Files.createLink(folder.resolve("answers/ended"), ended.resolve("answer"));
        Path over = leave(place, "over", "");
        Files.move(over, over.resolveSibling(over.getFileName() + ".over"));

        // When
        try (Outbox outbox = Outbox.start(settings(folder))) {
            await().atMost(SOON).until(() -> names(folder.resolve("done"))
                    .equals(List.of("claimed", "described", "ended", "receipted")));
        }

        // Then
        assertThat(calls(folder))
                .extracting(Call::path)
                .containsExactlyInAnyOrder("/api/v1/left/claimed", "/api/v1/left/described", "/api/v1/left/receipted");
        assertThat(folder.resolve("answers/ended")).hasContent("before");
        assertThat(names(folder.resolve("answers"))).hasSize(8);
        assertThat(names(place)).isEmpty();
    }

    /** After a crash each file is looked for in all that was sent meanwhile, which is more than the heap has room for. */
    @Test
    void anOutboxWithASmallHeapFindsOutWhatWasSentAmongLargeRequests() throws Exception {
        // Given
        Path folder = folder("among");
        Path place = folder.resolve(".sending/" + UUID.randomUUID());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            names.add("file-" + i);
            leave(
                    place,
                    "file-" + i,
                    "claimed=" + System.currentTimeMillis() + "\nrequest.method=POST\nrequest.form=false\n"
                            + "request.content-type=text/plain\nrequest.endpoint=/api/v1/among/file-" + i + "\njob-id="
                            + JobId.random().value() + "\nreceipts=1\nreceipt.1.request-sha256=" + "a".repeat(64)
                            + "\nreceipt.1.secret=s\nreceipt.1.since=" + System.currentTimeMillis() + "\n");
        }
        Path crowd = folder("crowd");
        drop(crowd, "big", new byte[2 * BIG]);
        try (Outbox outbox = Outbox.start(settings(crowd))) {
            await().atMost(SOON).until(() -> names(crowd.resolve("done")).equals(List.of("big")));
        }
        Map<String, String> environment = new HashMap<>(environment(folder));
        environment.put("OUTBOX_IN_FLIGHT", "12");

        // When
        try (CommandProcess outbox = CommandProcess.start(directory, "64m", environment, "outbox")) {
            await().atMost(SOON).untilAsserted(() -> assertThat(names(folder.resolve("done")))
                    .as(outbox::told)
                    .hasSameElementsAs(names));
        }

        // Then
        assertThat(calls(folder)).hasSameSizeAs(names);
    }

    private static Path leave(Path place, String name, String record) throws IOException {
        Path parcel = place.resolve(UUID.randomUUID().toString());
        Files.createDirectories(parcel.resolve("file"));
        Files.writeString(parcel.resolve("file").resolve(name), "content of " + name);
        if (!record.isEmpty()) {
            Files.writeString(parcel.resolve("record"), record);
        }
        return parcel;
    }

    /** A process that is killed while the API is at work; the next one finds the answer, and asks for nothing twice. */
    @Test
    void aCallThatOutlivesItsOutboxIsMadeOnce() throws Exception {
        // Given
        Path folder = folder("outlived");
        gate = new CountDownLatch(1);
        try (CommandProcess first = CommandProcess.start(directory, "64m", environment(folder), "outbox")) {
            drop(folder, "payment", bytes("pay"));
            await().atMost(SOON).until(() -> calls(folder).size() == 1);

            // When
            first.signal("KILL");
            first.awaitEnd(SOON);
        }
        try (Outbox second = Outbox.start(settings(folder))) {
            await().atMost(SOON).until(() -> sending(folder).contains("in-kafka=true"));
            gate.countDown();
            await().atMost(SOON).until(() -> names(folder.resolve("done")).equals(List.of("payment")));
        } finally {
            gate.countDown();
        }

        // Then
        assertThat(calls(folder)).hasSize(1);
        assertThat(folder.resolve("answers/payment")).hasContent(crc(bytes("pay")));
    }

    /** All records of what is under way. */
    private static String sending(Path folder) {
        try (Stream<Path> all = Files.walk(folder.resolve(".sending"))) {
            return all.filter(file -> file.endsWith("record"))
                    .map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            return "";
                        }
                    })
                    .collect(Collectors.joining());
        } catch (IOException | UncheckedIOException e) {
            return ""; // it changes meanwhile
        }
    }

    /** Two outboxes on one folder, of which one or the other is killed as soon as something new is about to be sent. */
    @Test
    void everyFileHasOneEffectAndOneAnswerWhileOutboxesAreKilled() throws Exception {
        // Given
        Path folder = folder("killed");
        Random random = new Random(7);
        Map<String, String> contents = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            byte[] content = new byte[i % 8 == 0 ? 3_000_000 : 200];
            random.nextBytes(content);
            drop(folder, "file-" + i, content);
            contents.put("file-" + i, crc(content));
        }
        byte[] big = new byte[BIG];
        random.nextBytes(big);
        drop(folder, "big", big);
        contents.put("big", crc(big));
        List<CommandProcess> outboxes = new ArrayList<>();
        try {
            outboxes.add(CommandProcess.start(directory, "64m", environment(folder), "outbox"));
            outboxes.add(CommandProcess.start(directory, "64m", environment(folder), "outbox"));
            String before = "";

            // When
            for (int kill = 0; kill < 4; kill++) {
                String known = before;
                await().pollInterval(Duration.ofMillis(5)).atMost(SOON).until(() -> {
                    String now = sending(folder);
                    return now.contains("receipts=1") && !now.equals(known);
                });
                before = sending(folder);
                CommandProcess killed = outboxes.remove(0);
                killed.signal("KILL");
                killed.close();
                outboxes.add(CommandProcess.start(directory, "64m", environment(folder), "outbox"));
            }
            await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> assertThat(names(folder.resolve("done")))
                    .as(() -> "what is left: " + sending(folder) + System.lineSeparator()
                            + outboxes.get(0).told() + outboxes.get(1).told())
                    .hasSameElementsAs(contents.keySet()));
        } finally {
            outboxes.forEach(CommandProcess::close);
        }

        // Then
        Map<String, Long> effects = calls(folder).stream()
                .collect(Collectors.groupingBy(
                        call -> call.path().substring("/api/v1/killed/".length()), Collectors.counting()));
        assertThat(effects.keySet()).isEqualTo(contents.keySet());
        assertThat(effects.values()).containsOnly(1L);
        contents.forEach((name, answer) ->
                assertThat(folder.resolve("answers").resolve(name)).hasContent(answer));
        assertThat(names(folder.resolve("answers"))).hasSize(2 * contents.size());
        assertThat(names(folder.resolve("failed"))).isEmpty();
    }

    /** An answer that the disk does not take waits in Kafka. */
    @Test
    void aDiskThatIsFullLosesNoAnswerAndRepeatsNoCall() throws Exception {
        // Given
        Path folder = folder("full");

        // When
        try (CommandProcess small =
                CommandProcess.startOnSmallDisk(directory, 400, "64m", environment(folder), "outbox")) {
            drop(folder, "large", bytes("pay"));
            small.awaitLog("a file cannot go on now");
            assertThat(names(folder.resolve("done"))).isEmpty();
        }
        try (Outbox outbox = Outbox.start(settings(folder))) {
            await().atMost(SOON).until(() -> names(folder.resolve("done")).equals(List.of("large")));
        }

        // Then
        assertThat(calls(folder)).hasSize(1);
        assertThat(folder.resolve("answers/large")).hasSize(LARGE);
    }

    @Test
    void aFolderThatCannotBeWrittenHoldsTheFileUntilItCan() throws Exception {
        // Given
        Path folder = folder("in-the-way");
        Path answers = folder.resolve("answers");
        gate = new CountDownLatch(1);
        try (Outbox outbox = Outbox.start(settings(folder))) {
            drop(folder, "payment", bytes("pay"));
            await().atMost(SOON).until(() -> calls(folder).size() == 1);
            Files.delete(answers);
            Files.writeString(answers, "in the way"); // nobody, not even root, writes into this

            // When
            gate.countDown();
            await().atMost(SOON).until(() -> sending(folder).contains("outcome.answered=true"));
            assertThat(names(folder.resolve("done"))).isEmpty();
            Files.delete(answers);
            Files.createDirectory(answers);

            // Then
            await().atMost(SOON).until(() -> names(folder.resolve("done")).equals(List.of("payment")));
            assertThat(calls(folder)).hasSize(1);
            assertThat(answers.resolve("payment")).hasContent(crc(bytes("pay")));
        } finally {
            gate.countDown();
        }
    }
}
