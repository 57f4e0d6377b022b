package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.security.ClientPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ClientsTest {
    private static final Path KEYS = Path.of("src/test/resources/vectors/client-keys");
    private static final Logger SECURITY = (Logger) LoggerFactory.getLogger("kafkasend.security");

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @TempDir
    Path directory;

    private Path policies;
    private Clients clients;

    @BeforeEach
    void start() throws IOException {
        events.start();
        SECURITY.addAppender(events);
        Files.createDirectory(directory.resolve("keys"));
        copy("ed", "a");
        copy("es", "b");
        policies = Files.writeString(directory.resolve("policies.yaml"), "clients: {a: {methods: [GET]}}");
        clients = new Clients(Configurations.with(
                Map.of("client-keys", directory.resolve("keys").toString(), "policies", policies.toString())));
    }

    @AfterEach
    void stop() {
        SECURITY.detachAppender(events);
    }

    private void copy(String key, String client) throws IOException {
        Files.copy(KEYS.resolve(key + ".pem"), directory.resolve("keys/" + client + ".pem"));
    }

    private Set<String> methods(String client) {
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
    void knowsWhoHasAKeyAndAnEntry() {
        assertThat(clients.keys()).containsOnlyKeys("a", "b");
        assertThat(methods("a")).containsExactly("GET");
        assertThat(clients.policy("b")).isEmpty();
        assertThat(clients.anonymousPolicy()).isEmpty();
    }

    @Test
    void takesWhatHasChanged() throws IOException {
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
    void keepsItsPoliciesWhenTheNewOnesAreWrongAndSaysSoOnce() throws IOException {
        // When
        Files.writeString(policies, "clients: {a: {methods: [FETCH]}}");
        clients.refresh();
        clients.refresh();

        // Then
        assertThat(methods("a")).containsExactly("GET");
        assertThat(rejected()).singleElement().asString().contains("line 1, clients.a.methods: got \"FETCH\"");
    }

    @Test
    void aKeyThatIsGoneIsGoneWhateverElseIsWrong() throws IOException {
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
    void keepsItsPoliciesWhenTheFileIsAwayButNotAKeyThatIsGone() throws IOException {
        // When
        Files.delete(policies);
        Files.delete(directory.resolve("keys/b.pem"));
        clients.refresh();

        // Then
        assertThat(methods("a")).containsExactly("GET");
        assertThat(clients.keys()).containsOnlyKeys("a");
        assertThat(rejected()).singleElement().asString().contains("PORTAL_POLICIES");
    }
}
