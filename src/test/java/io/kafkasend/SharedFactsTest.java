package io.kafkasend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.protocol.ClientName;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.TopicName;
import io.kafkasend.security.client.ClientKey;
import io.kafkasend.security.client.ClientPolicies;
import io.kafkasend.security.client.PolicyFileException;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.HeaderPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code security} knows no other package, the protocol neither: what both have to say is the same in both. */
class SharedFactsTest {
    @Test
    void policiesTakeTheMethodsOfTheProtocol() throws PolicyFileException {
        // Given
        String methods = Arrays.stream(Method.values()).map(Method::name).collect(Collectors.joining(", "));

        // When
        ClientPolicies policies = ClientPolicies.parse("default: {methods: [" + methods + "]}", true);

        // Then
        assertThat(policies).isNotNull();
        assertThatThrownBy(() -> ClientPolicies.parse("default: {methods: [TRACE]}", true))
                .hasMessageContaining("it takes one of " + methods);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "A-b_c.d", "-a", ".a", "_a", "", "a b", "a/b", "ä", "a\n"})
    void aKeyIsNamedAsAClient(String name) {
        assertThat(ClientKey.isClientId(name)).isEqualTo(ClientName.fits(name));
    }

    @Test
    void aClientsNameIsAsLongInBoth() {
        List<Integer> taken = IntStream.range(0, 100)
                .filter(length -> ClientKey.isClientId("a".repeat(length)))
                .boxed()
                .toList();
        assertThat(taken)
                .hasSize(Limits.CLIENT_ID_CHARS)
                .allMatch(length -> ClientName.fits("a".repeat(length)))
                .last()
                .isEqualTo(Limits.CLIENT_ID_CHARS);
        assertThatThrownBy(() -> ClientPolicies.parse("clients: {-a: {}}", true))
                .hasMessageContaining("it takes " + ClientName.FORM);
    }

    @Test
    void aPolicysReplyTopicIsATopic() throws PolicyFileException {
        String longest = "a".repeat(Limits.TOPIC_CHARS);
        assertThat(ClientPolicies.parse("default: {reply_topics: [" + longest + "]}", true))
                .isNotNull();
        for (String wrong : List.of(longest + "a", "..", "a b", "''")) {
            assertThatThrownBy(() -> ClientPolicies.parse("default: {reply_topics: [" + wrong + "]}", true))
                    .hasMessageContaining("it takes " + TopicName.FORM + ", at most " + Limits.TOPIC_CHARS);
        }
    }

    @Test
    void endpointsAndHeadersMayBeAsLongAsAMessageHoldsThem() {
        assertThat(EndpointPolicy.MAX_LENGTH).isEqualTo(Limits.TEXT_CHARS);
        assertThat(HeaderPolicy.MAX_VALUE_LENGTH).isEqualTo(Limits.TEXT_CHARS);
    }
}
