package io.kafkasend.portal.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.oauth.AccessToken;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.hc.core5.http.HttpEntity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApiRequestTest {
    private final Parts parts = new Parts();
    private final ApiRequest prepare = new ApiRequest(Configurations.defaults());

    private Exchange exchange(RequestStart start, Map<String, String> vetted) {
        Exchange exchange = parts.exchange(parts.call(start, 0));
        JobExchange.of(exchange).vettedHeaders(vetted);
        return exchange;
    }

    private Message request(RequestStart start, Map<String, String> vetted) {
        Exchange exchange = exchange(start, vetted);
        prepare.process(exchange);
        return exchange.getMessage();
    }

    private static String text(Message message) throws Exception {
        return new String(((HttpEntity) message.getBody()).getContent().readAllBytes(), UTF_8);
    }

    private static String type(Message message) {
        return ((HttpEntity) message.getBody()).getContentType();
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GET", "DELETE", "HEAD", "OPTIONS"})
    void sendsNoBodyWhereNoneIsUsual(Method method) {
        // When
        Message message = request(Start.of(method).build(), Map.of("Content-Type", "text/x"));

        // Then
        assertThat(message.getBody()).isNull();
        assertThat(message.getHeader(Exchange.HTTP_METHOD)).hasToString(method.name());
        assertThat(message.getHeader("Content-Type")).isEqualTo("text/x");
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"POST", "PUT", "PATCH"})
    void sendsAnEmptyBodyWhereOneIsUsual(Method method) throws Exception {
        // When
        Message message = request(Start.of(method).build(), Map.of());

        // Then
        assertThat(text(message)).isEmpty();
        assertThat(type(message)).isNull();
    }

    @Test
    void anEmptyBodyKeepsItsContentType() {
        assertThat(type(request(
                        Start.of(Method.POST).contentType("application/json").build(), Map.of())))
                .isEqualTo("application/json");
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GET", "POST", "PUT", "PATCH", "DELETE"})
    void anEmptyFileIsAFormWithAnEmptyPart(Method method) throws Exception {
        // When
        Message message =
                request(Start.of(method).file("empty.txt", "text/plain").build(), Map.of());

        // Then
        assertThat(type(message)).startsWith("multipart/form-data; boundary=");
        assertThat(text(message)).contains("filename=\"empty.txt\"");
    }

    @Test
    void aFileIsAForm() throws Exception {
        // When
        Message message = request(
                Start.of(Method.PUT).chunks(2).file("a.txt", "text/plain").build(), Map.of("Content-Type", "text/x"));

        // Then
        assertThat(type(message)).startsWith("multipart/form-data; boundary=");
        assertThat(text(message)).contains("text/plain\r\n\r\nchunk0chunk1\r\n--");
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"GET", "POST", "PUT", "PATCH", "DELETE"})
    void aRawBodyTakesItsTypeFromContentTypeOrElseFromTheHeader(Method method) throws Exception {
        // Given
        Map<String, String> header = Map.of("content-type", "text/of-header");
        Start start = Start.of(method).chunks(2);

        // Then
        assertThat(type(request(start.build(), header))).isEqualTo("text/of-header");
        assertThat(type(request(start.build(), Map.of()))).isNull();
        Message typed = request(start.contentType("text/of-start").build(), header);
        assertThat(type(typed)).isEqualTo("text/of-start");
        assertThat(text(typed)).isEqualTo("chunk0chunk1");
    }

    @Test
    void aFileNameWithoutATypeIsARawBody() throws Exception {
        assertThat(text(request(
                        Start.of(Method.POST).chunks(1).file("a.txt", null).build(), Map.of())))
                .isEqualTo("chunk0");
    }

    @Test
    void nothingButVettedHeadersRemains() {
        // Given
        Exchange exchange = exchange(Start.of(Method.GET).build(), Map.of("Accept", "text/plain"));
        exchange.getMessage().setHeader("CamelHttpUri", "http://elsewhere");
        exchange.getMessage().setHeader("Authorization", "Bearer of-a-client");
        exchange.getMessage().setHeader("Cookie", "a=b");
        exchange.getMessage().setHeader(JobExchange.JOB_ID, "x");

        // When
        prepare.process(exchange);

        // Then
        assertThat(exchange.getMessage().getHeaders())
                .containsOnlyKeys("Accept", "Idempotency-Key", Exchange.HTTP_METHOD)
                .containsEntry(
                        "Idempotency-Key", JobExchange.of(exchange).job().id().value());
        assertThat(exchange.getProperty(Exchange.SKIP_GZIP_ENCODING)).isEqualTo(true);
    }

    @Test
    void carriesThePortalsToken() {
        // Given
        Exchange exchange = exchange(Start.of(Method.GET).build(), Map.of("Authorization", "Bearer of-a-client"));
        JobExchange.of(exchange).token(new AccessToken("portals", Instant.MAX));

        // When
        prepare.process(exchange);

        // Then
        assertThat(exchange.getMessage().getHeader("authorization")).isEqualTo("Bearer portals");
    }
}
