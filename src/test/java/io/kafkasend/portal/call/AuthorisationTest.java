package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.dev.TokenServer;
import io.kafkasend.oauth.AccessToken;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.JobTally;
import io.kafkasend.portal.settings.Configurations;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorisationTest {
    private final TokenServer server = TokenServer.start("portal", "s3cret");
    private final Parts parts = new Parts();
    private final Authorisation authorise = authorisation("s3cret");
    private final Exchange exchange = parts.exchange(parts.call(Start.withChunks(0), 0));

    private Authorisation authorisation(String secret) {
        return new Authorisation(Configurations.with(Map.of(
                "use-oauth",
                "true",
                "oauth2-token-url",
                server.tokenUrl().toString(),
                "oauth2-client-id",
                "portal",
                "oauth2-client-secret",
                secret)));
    }

    @AfterEach
    void stopTheServer() {
        server.close();
    }

    private AccessToken token() {
        return JobExchange.of(exchange).token();
    }

    @BeforeEach
    void beginTheCall() {
        JobExchange.of(exchange).call(new ApiCall(new JobTally()));
    }

    @Test
    void takesTheTokenInMemoryForEachCall() throws Exception {
        // When
        authorise.process(exchange);
        AccessToken first = token();
        authorise.process(exchange);

        // Then
        assertThat(server.isValid(first.value())).isTrue();
        assertThat(token()).isEqualTo(first);
        assertThat(server.tokensIssued()).isEqualTo(1);
    }

    @Test
    void renewsATokenThatTheApiRefused() throws Exception {
        // Given
        authorise.process(exchange);
        AccessToken refused = token();

        // When
        JobExchange.of(exchange).call().renew(refused);
        authorise.process(exchange);

        // Then
        assertThat(token()).isNotEqualTo(refused);
    }

    @Test
    void needsNoTokenWithoutOauth() throws Exception {
        // Given
        Authorisation none = new Authorisation(Configurations.defaults());

        // When
        none.process(exchange);

        // Then
        assertThat(token()).isNull();
    }

    @Test
    void failsWhereTheServerGivesNone() {
        assertThatThrownBy(() -> authorisation("wrong").process(exchange)).isInstanceOf(TokenException.class);
        assertThat(token()).isNull();
    }
}
