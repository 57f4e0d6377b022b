package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.kamelet.FileSink;
import io.kafkasend.kamelet.PortalSource;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What our Kamelets are made of, in a plain Camel context; CamelJBangIT runs the Kamelets themselves. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class KameletStepsIT {
    @TempDir
    Path directory;

    private Stack stack;

    @BeforeAll
    void start() throws Exception {
        stack = Stack.start(Map.of());
        Stack.awaitPartitions(stack.portal);
    }

    @AfterAll
    void stop() {
        stack.close();
    }

    private FileSink sink(String endpoint, String method, boolean form) {
        FileSink sink = new FileSink();
        sink.setBootstrapServers(stack.broker.bootstrapServers());
        sink.setRequestTopic("api-requests");
        sink.setResponseTopic("api-responses");
        sink.setSecurityProtocol("PLAINTEXT");
        sink.setTimeout(60);
        sink.setEndpoint(endpoint);
        sink.setMethod(method);
        sink.setContentType("application/pdf");
        sink.setForm(form);
        return sink;
    }

    private Exchange send(DefaultCamelContext context, Object body, String name) {
        return context.createProducerTemplate().request("direct:file", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader(Exchange.FILE_NAME, name);
        });
    }

    private static DefaultCamelContext to(FileSink sink) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:file").process(sink);
            }
        });
        context.start();
        return context;
    }

    @Test
    void aFileOfARouteIsUploadedUnderItsNameAndStaysTheMessagesBody() throws Exception {
        // Given
        byte[] bytes = new byte[3_000_000];
        new Random(5).nextBytes(bytes);
        Path file = Files.write(directory.resolve("a.pdf"), bytes);

        try (DefaultCamelContext context = to(sink("/api/v1/upload", "POST", true))) {
            // When
            Exchange sent = send(context, file.toFile(), "in/of the day.pdf");

            // Then
            assertThat(sent.getException()).isNull();
            assertThat(sent.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(200);
            assertThat(sent.getMessage().getBody()).isEqualTo(file.toFile());
        }
    }

    @Test
    void aStatusFrom400OnFailsTheExchangeAndSoDoesAWrongMethod() throws Exception {
        try (DefaultCamelContext raw = to(sink("/api/v1/echo", "PUT", false));
                DefaultCamelContext lost = to(sink("/api/v1/no-such-thing", "POST", false));
                DefaultCamelContext wrong = to(sink("/api/v1/upload", "GET", true))) {
            assertThat(send(raw, "text", null).getException()).isNull();
            assertThat(send(lost, "text", null).getException()).hasMessageContaining("the API answered 404 (job ");
            assertThat(send(wrong, "text", null).getException())
                    .hasMessage("the method is \"GET\"; it takes POST, PUT or PATCH");
        }
    }

    @Test
    void aRouteIsAskedByAPortalOfItsOwnAndItsStreamsGoBackWhole() throws Exception {
        // Given
        stack.broker.createTopic("asked", 1);
        stack.broker.createTopic("answered", 1);
        PortalSource source = new PortalSource();
        source.setBootstrapServers(stack.broker.bootstrapServers());
        source.setRequestTopic("asked");
        source.setResponseTopic("answered");
        source.setAllowedEndpoints("/*");
        source.setConsumerGroup("routes");
        source.setConcurrentJobs(2);
        source.setTimeout(60);
        source.setSecurityProtocol("PLAINTEXT");
        source.setSaslMechanism("SCRAM-SHA-512");
        source.setUser("");
        source.setPassword("");
        byte[] bytes = new byte[5_000_000];
        new Random(7).nextBytes(bytes);

        try (DefaultCamelContext context = new DefaultCamelContext();
                WireClient client = new WireClient(stack.broker.bootstrapServers(), "asked", "answered")) {
            context.getRegistry().bind("requests", source);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("requests:x")
                            .routeId("asked")
                            .choice()
                            .when(header(Exchange.HTTP_PATH).isEqualTo("/broken"))
                            .throwException(new IllegalStateException("no stock"))
                            .when(header(Exchange.HTTP_PATH).isEqualTo("/cached"))
                            .process(exchange -> exchange.getMessage()
                                    .setBody(exchange.getMessage().getBody(InputStream.class)))
                            .log("${header.CamelHttpMethod}")
                            .setHeader("Content-Type", constant("application/x-cached"))
                            .otherwise()
                            .setBody(simple("${header.CamelHttpMethod} ${header.X-Request-ID} ${body}"))
                            .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(202));
                }
            });
            context.start();

            // When
            JobId cached = client.send(Method.PUT, "/cached", Map.of(), null, "a/b", bytes);
            JobId other = client.send(
                    Method.POST,
                    "/x",
                    Map.of("X-Request-ID", "r7"),
                    null,
                    "a/b",
                    "Ann".getBytes(StandardCharsets.UTF_8));
            JobId broken = client.send(Method.POST, "/broken", Map.of(), null, "a/b", bytes);

            // Then
            assertThat(client.reply(cached).body()).isEqualTo(bytes);
            assertThat(client.reply(cached).headers()).containsEntry("Content-Type", "application/x-cached");
            assertThat(client.reply(other).status()).isEqualTo(202);
            assertThat(client.reply(other).string()).isEqualTo("POST r7 Ann");
            assertThat(client.reply(other).headers())
                    .containsOnly(Map.entry("Content-Type", "text/plain; charset=utf-8"));
            assertThat(client.error(broken).code()).isEqualTo("API_BROKEN");

            context.getRouteController().stopRoute("asked");
            JobId late = client.send(Method.POST, "/x", Map.of(), null, "a/b", bytes);
            context.getRouteController().startRoute("asked");
            assertThat(client.reply(late).status()).isEqualTo(202);
        }
    }
}
