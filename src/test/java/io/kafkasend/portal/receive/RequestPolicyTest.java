package io.kafkasend.portal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.respond.AnswerVetting;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Rule;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class RequestPolicyTest {
    private final Parts parts = new Parts();

    private static RequestStart start(String endpoint) {
        return Start.of(Method.GET).endpoint(endpoint).build();
    }

    private static RequestPolicy policy(String setting, String value) {
        return new RequestPolicy(Configurations.with(Map.of(setting, value)));
    }

    @Test
    void allowsWhatTheListHasAndNothingElse() throws Exception {
        // Given
        RequestPolicy policy = policy("allowed-endpoints", "/api/*,/health");

        // Then
        policy.check(start("/api/a/b?c=d"), Parts.UNSIGNED);
        policy.check(start("/health"), Parts.UNSIGNED);
        assertThatThrownBy(() -> policy.check(start("/internal"), Parts.UNSIGNED))
                .isInstanceOf(PolicyViolation.class);
        assertThatThrownBy(() -> policy.check(start("/api/../internal"), Parts.UNSIGNED))
                .isInstanceOf(PolicyViolation.class);
    }

    @Test
    void saysAtStartWhichEntriesOfEitherListLetNothingPass() {
        // Given
        Logger logger = (Logger) LoggerFactory.getLogger(RequestPolicy.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        try {
            // When
            policy("allowed-headers", "Accept,X-*,Forwarded-For,_method,CF-*");
            new AnswerVetting(Configurations.with(Map.of("allowed-response-headers", "ETag,Content-Length,Proxy-*")));
            policy("allowed-headers", "Accept,X-*");
            policy("allowed-endpoints", "/a/*,/proxy/localhost/*,/e/**/f,/x/169.254.169.254,/v*.*");
            new AnswerVetting(Configurations.with(Map.of("allowed-response-headers", "Set-Cookie,Set-Cookie*")));
        } finally {
            logger.detachAppender(said);
        }

        // Then
        assertThat(said.list)
                .extracting(event -> event.getKeyValuePairs().toString())
                .containsExactly(
                        "[setting=\"PORTAL_ALLOWED_HEADERS\", entries=\"[Forwarded-For, _method, CF-*]\"]",
                        "[setting=\"PORTAL_ALLOWED_RESPONSE_HEADERS\", entries=\"[Content-Length, Proxy-*]\"]",
                        "[setting=\"PORTAL_ALLOWED_ENDPOINTS\", entries=\"[/proxy/localhost/*, /x/169.254.169.254]\"]",
                        "[setting=\"PORTAL_ALLOWED_RESPONSE_HEADERS\", entries=\"[Set-Cookie*]\"]");
    }

    @ParameterizedTest
    @CsvSource({"/internal, ALLOW_LIST", "/api/../internal, SYNTAX", "/api/fetch?url=http://169.254.169.254/, DENY_LIST"
    })
    void aRefusalNamesWhatRefuses(String endpoint, Rule rule) {
        assertThatExceptionOfType(PolicyViolation.class)
                .isThrownBy(() -> policy("allowed-endpoints", "/api/*").check(start(endpoint), Parts.UNSIGNED))
                .satisfies(refusal -> assertThat(refusal.rule()).isEqualTo(rule));
    }

    @Test
    void anEmptyListAllowsNothing() {
        // Given
        RequestPolicy policy = policy("allowed-endpoints", "");

        // Then
        assertThatThrownBy(() -> policy.check(start("/"), Parts.UNSIGNED)).isInstanceOf(PolicyViolation.class);
    }

    @Test
    void internalHostsAreRefusedInStrictModeOnly() throws Exception {
        // Given
        RequestStart suspicious = start("/api/fetch?url=http://169.254.169.254/");

        // Then
        assertThatThrownBy(() -> policy("strict-security", "true").check(suspicious, Parts.UNSIGNED))
                .isInstanceOf(PolicyViolation.class);
        policy("strict-security", "false").check(suspicious, Parts.UNSIGNED);
    }

    @Test
    void leavesTheHeadersThatMayPass() throws Exception {
        // Given
        Exchange exchange = parts.exchange(parts.call(
                Start.of(Method.GET)
                        .headers(Map.of("accept", "text/plain", "Authorization", "Bearer x", "X-Other", "y"))
                        .build(),
                0));

        // When
        policy("allowed-headers", "Accept,Authorization").process(exchange);

        // Then
        assertThat(JobExchange.of(exchange).vettedHeaders()).isEqualTo(Map.of("accept", "text/plain"));
    }

    @Test
    void tellsOfACallersSecretByItsNameAndDropsIt() throws Exception {
        // Given
        RequestPolicy policy = new RequestPolicy(
                Configurations.with(Map.of("allowed-headers", "Accept,X-Api-Key", "secret-headers", "X-Api-Key")));
        RequestStart start = Start.of(Method.GET)
                .headers(Map.of("Accept", "text/plain", "x_api_key", "canary", "Authorization", "canary"))
                .build();
        Exchange exchange = parts.exchange(parts.call(start, 0));
        Logger logger = (Logger) LoggerFactory.getLogger("kafkasend.security");
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        logger.addAppender(told);
        try {
            // When
            policy.check(start, Parts.UNSIGNED);
            policy.process(exchange);
        } finally {
            logger.detachAppender(told);
        }

        // Then
        assertThat(told.list).extracting(ILoggingEvent::getMessage).startsWith("secret in request");
        assertThat(told.list.get(0).getKeyValuePairs().toString())
                .contains("secret_in_request", "x_api_key", "Authorization")
                .doesNotContain("canary");
        assertThat(JobExchange.of(exchange).vettedHeaders()).isEqualTo(Map.of("Accept", "text/plain"));
    }

    @Test
    void anEmptyHeaderListLetsNonePass() throws Exception {
        // Given
        Exchange exchange = parts.exchange(parts.call(
                Start.of(Method.GET).headers(Map.of("Accept", "text/plain")).build(), 0));

        // When
        policy("allowed-headers", "").process(exchange);

        // Then
        assertThat(JobExchange.of(exchange).vettedHeaders()).isEqualTo(Map.of());
    }

    @Test
    void notesTheFirstEntryThatAllowsTheCall() throws Exception {
        // Given
        Exchange exchange = parts.exchange(parts.call(start("/api/v1/items?q=1"), 0));

        // When
        policy("allowed-endpoints", "/other, /api/v1/*,/api/*").process(exchange);

        // Then
        assertThat(JobExchange.of(exchange).job().allowedBy()).contains("/api/v1/*");
    }

    @Test
    void judgesTheWholeRequestOnceMore() {
        // Given
        Exchange exchange = parts.exchange(parts.call(start("/internal"), 0));

        // Then
        assertThatThrownBy(() -> policy("allowed-endpoints", "/api/*").process(exchange))
                .isInstanceOf(PolicyViolation.class);
        assertThat(JobExchange.of(exchange).vettedHeaders()).isNull();
        assertThat(JobExchange.of(exchange).job().allowedBy()).isEmpty();
    }
}
