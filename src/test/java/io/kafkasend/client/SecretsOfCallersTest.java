package io.kafkasend.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class SecretsOfCallersTest {
    @Test
    void aRequestTakesNoCredentialsAndNeverRepeatsThem() {
        for (String name : new String[] {"Authorization", "cookie", "Proxy-Authorization"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Request.builder().header(name, "Bearer hidden"))
                    .withMessageStartingWith("header " + name + " is a secret of the caller's")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
        }
    }

    @Test
    void whatTheUserNamesStaysOutOfKafkaToo() throws Exception {
        // Given: a broker's port at which nobody is to call
        try (ServerSocket broker = new ServerSocket(0);
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers("127.0.0.1:" + broker.getLocalPort())
                        .secretHeaders(Set.of("X-Api-Key"))
                        .build()) {
            Request request = Request.builder()
                    .endpoint("/a")
                    .header("x-api-key", "hidden")
                    .build();

            // Then: at once, with no connection made
            assertThatThrownBy(() -> client.send(request).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(ClientException.class, e -> {
                        assertThat(e.kind()).isEqualTo(ClientException.Kind.SETTINGS);
                        assertThat(e.getMessage())
                                .startsWith("header x-api-key is a secret of the caller's")
                                .doesNotContain("hidden");
                    });
            broker.setSoTimeout(1);
            assertThatThrownBy(broker::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }
}
