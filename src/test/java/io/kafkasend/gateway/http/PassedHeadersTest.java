package io.kafkasend.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.protocol.SecretHeaders;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PassedHeadersTest {
    private static final SecretHeaders SECRETS = SecretHeaders.and("X-Api-Key");

    private static RequestHead head(String... names) {
        List<HeaderField> headers =
                Stream.of(names).map(name -> new HeaderField(name, "x-private")).toList();
        return new RequestHead("GET", "/", "localhost", headers, true, true);
    }

    private static List<String> passed(RequestHead head) {
        return PassedHeaders.of(head, SECRETS).stream().map(HeaderField::name).toList();
    }

    @Test
    void secretsOfCallersArePassedUnderNoSpelling() {
        RequestHead head = head(
                "AUTHORIZATION", "cookie", "Proxy_Authorization", "x-api-key", "X_API_KEY", "X-Api-Key-Id", "Accept");

        assertThat(passed(head)).containsExactly("X-Api-Key-Id", "Accept");
        assertThat(PassedHeaders.withheld(head, SECRETS))
                .containsExactly("AUTHORIZATION", "cookie", "Proxy_Authorization", "x-api-key", "X_API_KEY");
    }

    @Test
    void whatIsTheConnectionsOrTheGatewaysEndsWithoutAWord() {
        RequestHead head = head(
                "Host",
                "Expect",
                "Connection",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Upgrade",
                "X-Private",
                "Content-Length");

        assertThat(passed(head)).isEmpty();
        assertThat(PassedHeaders.withheld(head, SECRETS)).isEmpty();
    }

    @Test
    void whatItsSenderMayMissIsNamed() {
        RequestHead head = head("Forwarded", "KafkaSend-Job", "traceparent");

        assertThat(passed(head)).isEmpty();
        assertThat(PassedHeaders.withheld(head, SECRETS)).containsExactly("Forwarded", "KafkaSend-Job");
    }
}
