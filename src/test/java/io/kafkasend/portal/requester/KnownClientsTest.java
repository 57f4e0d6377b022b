package io.kafkasend.portal.requester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.client.ClientPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class KnownClientsTest {
    private static final Path KEYS = Path.of("src/test/resources/vectors/client-keys");
    private static final Logger SECURITY = (Logger) LoggerFactory.getLogger("kafkasend.security");

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong();
    private Path policies;
    private KnownClients clients;

    @BeforeEach
    void start() throws IOException {
        events.start();
        SECURITY.addAppender(events);
        Files.createDirectory(directory.resolve("keys"));
        copy("ed", "a");
        copy("es", "b");
        policies = Files.writeString(directory.resolve("policies.yaml"), "clients: {a: {methods: [GET]}}");
        clients = new KnownClients(
                Configurations.with(
                        Map.of("client-keys", directory.resolve("keys").toString(), "policies", policies.toString())),
                clock::get);
    }

    @AfterEach
    void stop() {
        SECURITY.detachAppender(events);
    }

    private void copy(String key, String client) throws IOException {
        Files.copy(KEYS.resolve(key + ".pem"), directory.resolve("keys/" + client + ".pem"));
    }

    private Set<String> methods(String client) throws PolicyViolation {
        return clients.policy(client).map(ClientPolicy::methods).orElse(Set.of());
    }

    private List<String> rejected() {
        return events.list.stream()
                .filter(event ->
                        event.getKeyValuePairs().stream().anyMatch(pair -> "client_file_rejected".equals(pair.value)))
                .map(event -> String.valueOf(event.getKeyValuePairs().get(1).value))
                .toList();
    }

    @Test
    void knowsWhoHasAKeyAndAnEntry() throws Exception {
        assertThat(clients.keys()).containsOnlyKeys("a", "b");
        assertThat(methods("a")).containsExactly("GET");
        assertThat(clients.policy("b")).isEmpty();
        assertThat(clients.anonymousPolicy()).isEmpty();
    }

    @Test
    void takesWhatHasChanged() throws Exception {
        // When
        Files.writeString(policies, "default: {methods: [PUT]}\nanonymous: {}");
        copy("ed", "c");
        clients.refresh();

        // Then
        assertThat(methods("a")).containsExactly("PUT");
        assertThat(methods("c")).containsExactly("PUT");
        assertThat(clients.anonymousPolicy()).isPresent();
        assertThat(rejected()).isEmpty();
    }

    @Test
    void keepsItsPoliciesWhenTheNewOnesAreWrongAndSaysSoOnce() throws Exception {
        // When
        Files.writeString(policies, "clients: {a: {methods: [FETCH]}}");
        clients.refresh();
        clients.refresh();

        // Then
        assertThat(methods("a")).containsExactly("GET");
        assertThat(rejected()).singleElement().asString().contains("line 1, clients.a.methods: got \"FETCH\"");
    }

    @Test
    void aKeyThatIsGoneIsGoneWhateverElseIsWrong() throws Exception {
        // When
        Files.delete(directory.resolve("keys/a.pem"));
        Files.writeString(directory.resolve("keys/b.pem"), "-----BEGIN PUBLIC KEY-----\nhalf");
        Files.writeString(policies, "{");
        clients.refresh();
        clients.refresh();

        // Then
        assertThat(clients.keys()).containsOnlyKeys("b");
        assertThat(clients.policy("a")).isEmpty();
        assertThat(rejected()).hasSize(2);
    }

    @Test
    void keepsAllWhenTheDirectoryIsAway() throws IOException {
        // Given
        Files.move(directory.resolve("keys"), directory.resolve("away"));

        // When
        clients.refresh();
        clients.refresh();

        // Then
        assertThat(clients.keys()).containsOnlyKeys("a", "b");
        assertThat(rejected()).singleElement().asString().contains("PORTAL_CLIENT_KEYS");
    }

    @Test
    void keepsItsPoliciesWhenTheFileIsAwayButNotAKeyThatIsGone() throws Exception {
        // When
        Files.delete(policies);
        Files.delete(directory.resolve("keys/b.pem"));
        clients.refresh();

        // Then
        assertThat(methods("a")).containsExactly("GET");
        assertThat(clients.keys()).containsOnlyKeys("a");
        assertThat(rejected()).singleElement().asString().contains("PORTAL_POLICIES");
    }

    @ParameterizedTest
    @MethodSource("io.kafkasend.portal.lifecycle.FailStopTest#errors")
    void anErrorEndsNoWatch(Error error) throws Exception {
        // Given
        AtomicReference<Error> next = new AtomicReference<>();
        AtomicInteger thrown = new AtomicInteger();
        clients = new KnownClients(
                Configurations.with(
                        Map.of("client-keys", directory.resolve("keys").toString())),
                () -> {
                    Error due = Thread.currentThread().getName().equals("kafkasend-clients") ? next.get() : null;
                    if (due != null) {
                        next.set(null);
                        thrown.incrementAndGet();
                        throw due;
                    }
                    return System.nanoTime();
                });
        next.set(error);

        // When
        clients.watch();
        Files.delete(directory.resolve("keys/a.pem"));

        // Then
        Awaitility.await().until(() -> clients.keys().keySet().equals(Set.of("b")));
        assertThat(thrown).hasValue(1);
        clients.unwatch();
    }

    private void pass(int seconds) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private void assertBlind() {
        for (ThrowingCallable asked :
                List.<ThrowingCallable>of(clients::requireSight, () -> clients.policy("a"), clients::anonymousPolicy)) {
            assertThatThrownBy(asked).isInstanceOfSatisfying(PolicyViolation.class, e -> assertThat(e.reason())
                    .isEqualTo(Reason.AUTHENTICATION_UNAVAILABLE));
        }
    }

    @Test
    void whatIsNestedTooDeepIsWrongLikeAnythingElseAndAKeyRevokedAfterwardsIsGone() throws Exception {
        // When
        Files.writeString(policies, "clients: {a: {methods: " + "[".repeat(200_000));
        clients.refresh();
        Files.delete(directory.resolve("keys/b.pem"));
        pass(59);
        clients.refresh();
        pass(59);

        // Then
        assertThat(clients.keys()).containsOnlyKeys("a");
        assertThat(methods("a")).containsExactly("GET");
        assertThat(rejected()).singleElement().asString().contains("line 1").contains("more than 16");
    }

    @Test
    void knowsNobodyOnceItCouldNotLookForAMinuteAndEverybodyWhenItCan() throws Exception {
        // Given
        Files.move(directory.resolve("keys"), directory.resolve("away"));
        pass(59);
        clients.refresh();
        clients.requireSight();

        // When
        pass(1);

        // Then
        assertBlind();
        Files.move(directory.resolve("away"), directory.resolve("keys"));
        clients.refresh();
        clients.requireSight();
        assertThat(methods("a")).containsExactly("GET");
    }

    /** As of a file system that hangs, or of a thread that is no more. */
    @Test
    void knowsNobodyWhenNobodyHasLookedForAMinute() {
        // When
        pass(60);

        // Then
        assertBlind();
    }

    @Test
    void knowsNobodyWhenThePoliciesCannotBeReadForAMinuteThoughWrongOnesHoldForEver() throws Exception {
        // Given
        Files.writeString(policies, "{");
        clients.refresh();
        pass(59);
        clients.refresh();
        pass(59);
        clients.requireSight();

        // When
        Files.delete(policies);
        Files.createDirectory(policies);
        clients.refresh();
        pass(1);

        // Then
        assertBlind();
    }

    @Test
    void policiesOfTooManyBytesAreWrongAndNotUnreadable() throws Exception {
        // When
        Files.writeString(policies, "anonymous: {}\n" + "#".repeat(1 << 20));
        clients.refresh();
        pass(59);
        clients.refresh();
        pass(59);

        // Then
        assertThat(methods("a")).containsExactly("GET");
        assertThat(rejected()).singleElement().asString().contains("has more than 1048576 bytes");
    }

    @Test
    void aKeyWhoseFileCannotBeReadHoldsForAMinuteAndNoOther() throws Exception {
        // Given
        Files.delete(directory.resolve("keys/a.pem"));
        Files.createDirectory(directory.resolve("keys/a.pem"));
        clients.refresh();
        pass(59);
        clients.refresh();
        assertThat(clients.keys()).containsOnlyKeys("a", "b");

        // When
        pass(1);
        clients.refresh();

        // Then
        clients.requireSight();
        assertThat(clients.keys()).containsOnlyKeys("b");
        assertThat(rejected()).singleElement().asString().contains("a.pem cannot be read");
        Files.delete(directory.resolve("keys/a.pem"));
        copy("ed", "a");
        clients.refresh();
        assertThat(clients.keys()).containsOnlyKeys("a", "b");
    }

    @Test
    void saysWhichEntriesOfPoliciesHaveNoEffectSinceTheSettingsDoNotHaveThem() throws Exception {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger(KnownClients.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        Files.writeString(policies, """
                clients:
                  a: {endpoints: [/api/x/*, /internal, /*/y], headers: [Accept, X-Other, X-R*, Y-*], reply_topics: [api-responses, t, u]}
                  b: {endpoints: [/api/z], headers: [accept], reply_topics: [t]}
                anonymous: {endpoints: [/other/*, /api/localhost]}
                """);
        try {
            // When
            new KnownClients(
                    Configurations.with(Map.of(
                            "client-keys", directory.resolve("keys").toString(),
                            "policies", policies.toString(),
                            "reply-topics", "t")),
                    clock::get);
        } finally {
            logger.detachAppender(said);
        }

        // Then
        assertThat(said.list)
                .extracting(event -> event.getKeyValuePairs().toString())
                .containsExactly(
                        "[client=\"(anonymous)\", entries=\"[endpoints: /other/*, endpoints: /api/localhost]\"]",
                        "[client=\"a\", entries=\"[endpoints: /internal, headers: x-other, headers: y-*, reply_topics: u]\"]");
    }
}
