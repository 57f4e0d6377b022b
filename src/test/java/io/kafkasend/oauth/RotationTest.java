package io.kafkasend.oauth;

import static io.kafkasend.tls.TestAuthority.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.oauth.ClientAuthentication.SecretPost;
import io.kafkasend.oauth.TokenServer.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A secret in a file that is replaced while the portal runs. Real HTTP, real files. */
@Timeout(60)
class RotationTest {

    private final TokenServer server = new TokenServer();
    private final SetClock clock = new SetClock();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Rotated.class);

    @TempDir
    private Path directory;

    private Path file;
    private AccessTokens tokens;

    @BeforeEach
    void start() throws Exception {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        file = write(directory, "secret", "canary-1\n");
        Rotated<ClientSecret> secret = Rotated.from("client secret", () -> ClientSecret.read(file));
        tokens = new ClientCredentialsTokens(
                Credentials.with(server.url("/token"), new SecretPost(secret)), clock, new TokenTransport());
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        logger.setLevel(null);
        server.close();
    }

    private List<String> logged() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .toList();
    }

    /** The secrets that the server has seen, in order. */
    private List<String> secrets() {
        return server.asked.stream()
                .map(asked -> asked.body().replaceAll(".*client_secret=([^&]*).*", "$1"))
                .toList();
    }

    /** A server that knows one secret, from one moment on. */
    private void takesOnly(String secret) {
        server.answers(number -> secrets().get(number - 1).equals(secret)
                ? Answer.token("token-" + number, 60)
                : Answer.error(401, "invalid_client"));
    }

    @Test
    void usesANewSecretWithTheNextRequest() throws Exception {
        // Given
        AccessToken first = tokens.current();

        // When
        write(directory, "secret", "canary-2\n");
        AccessToken kept = tokens.current();
        AccessToken second = tokens.renew(first);

        // Then
        assertThat(kept).isSameAs(first);
        assertThat(second.value()).isEqualTo("token-2");
        assertThat(secrets()).containsExactly("canary-1", "canary-2");
        assertThat(logged()).singleElement().asString().startsWith("INFO secret or key reloaded");
    }

    @Test
    void asksAgainAtOnceWhenTheSecretIsReplacedWhileItIsRefused() throws Exception {
        // Given
        server.answers(number -> {
            if (number == 1) {
                write(directory, "secret", "canary-2\n");
                return Answer.error(401, "invalid_client");
            }
            return Answer.token("token-" + number, 60);
        });

        // When
        AccessToken token = tokens.current();

        // Then
        assertThat(token.value()).isEqualTo("token-2");
        assertThat(secrets()).containsExactly("canary-1", "canary-2");
    }

    @Test
    void asksNoThirdTimeHoweverOftenTheSecretChanges() {
        // Given
        server.answers(number -> {
            write(directory, "secret", "canary-" + (number + 1) + "\n");
            return Answer.error(400, "unauthorized_client");
        });

        // When // Then
        assertThatThrownBy(tokens::current).hasMessageEndingWith(": answered 400 unauthorized_client");
        assertThat(secrets()).containsExactly("canary-1", "canary-2");
    }

    @Test
    void asksOnceWhereTheRefusedSecretIsStillTheSame() {
        // Given
        takesOnly("another");

        // When // Then
        assertThatThrownBy(tokens::current).hasMessageEndingWith(": answered 401 invalid_client");
        assertThat(server.count()).isEqualTo(1);
    }

    @Test
    void asksOnceWhereTheRefusalIsAboutSomethingElse() {
        // Given
        server.answers(number -> {
            write(directory, "secret", "canary-2\n");
            return Answer.error(400, "invalid_scope");
        });

        // When // Then
        assertThatThrownBy(tokens::current).hasMessageEndingWith(": answered 400 invalid_scope");
        assertThat(server.count()).isEqualTo(1);
    }

    @Test
    void goesOnWithTheLastGoodSecretAndWarnsOnce() throws Exception {
        // Given
        AccessToken first = tokens.current();
        Files.delete(file);

        // When
        AccessToken second = tokens.renew(first);
        AccessToken third = tokens.renew(second);
        write(directory, "secret", "canary-2\n\n");
        tokens.renew(third);

        // Then
        assertThat(secrets()).containsExactly("canary-1", "canary-1", "canary-1", "canary-1");
        assertThat(logged()).hasSize(2);
        assertThat(logged().get(0))
                .startsWith("WARN cannot re-read secret or key; keeping the previous one")
                .contains(file + " does not exist");
        assertThat(logged().get(1)).contains(file + " is unfit: client secret holds a control character");
    }

    @Test
    void recoversAfterARefusalOnceTheFileIsRight() throws Exception {
        // Given
        takesOnly("canary-2");
        assertThatThrownBy(tokens::current).hasMessageEndingWith(": answered 401 invalid_client");

        // When
        write(directory, "secret", "canary-2");
        clock.move(ClientCredentialsTokens.REFUSAL_BACK_OFF);

        // Then
        assertThat(tokens.current().value()).isEqualTo("token-2");
    }

    @Test
    void needsAFirstSecret() {
        // Given
        Path missing = directory.resolve("missing");

        // When // Then
        assertThatThrownBy(() -> Rotated.from("client secret", () -> ClientSecret.read(missing)))
                .hasMessage(missing + " does not exist");
    }

    @Test
    void showsNoSecretInTheLogNorAsText() throws Exception {
        // Given
        AccessToken first = tokens.current();
        write(directory, "secret", "canary-2\n");
        tokens.renew(first);
        Files.write(file, "canary\u0000".getBytes(StandardCharsets.UTF_8));
        clock.move(Duration.ofHours(1));
        tokens.current();

        // When // Then
        assertThat(logged().toString() + tokens + new SecretPost(Rotated.fixed(new ClientSecret("canary"))))
                .doesNotContain("canary")
                .contains("SecretPost[secret=Rotated[]]");
    }
}
