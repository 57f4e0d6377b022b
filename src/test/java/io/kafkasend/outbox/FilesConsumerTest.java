package io.kafkasend.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesConsumerTest {
    @TempDir
    Path folder;

    @Test
    void anErrorEndsNoTaking() throws Exception {
        // Given
        AtomicInteger tries = new AtomicInteger();
        Processor route = exchange -> {
            if (tries.incrementAndGet() == 1) {
                throw new StackOverflowError("once");
            }
            end(exchange);
        };
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addInitialProperty("kafkasend.outbox-directory", folder.toString());
            context.getPropertiesComponent().addInitialProperty("kafkasend.outbox-quiet-seconds", "0");
            context.getPropertiesComponent().addInitialProperty("kafkasend.outbox-in-flight", "1");
            context.start();
            OutboxConfiguration configuration = new OutboxConfiguration();
            configuration.setCamelContext(context);
            PortalLink portals = new PortalLink(configuration);
            FilesComponent component = new FilesComponent(configuration, portals);
            component.setCamelContext(context);
            Consumer consumer = component.createEndpoint("files:all").createConsumer(route);

            // When
            consumer.start();
            Files.writeString(folder.resolve("file"), "x");

            // Then
            await().atMost(Duration.ofSeconds(30)).until(() -> tries.get() == 2);
            await().atMost(Duration.ofSeconds(30)).until(() -> !Files.exists(folder.resolve("file")));
            consumer.stop();
            assertThat(tries).hasValue(2);
        }
    }

    private static void end(Exchange exchange) throws IOException {
        exchange.getProperty(FilesConsumer.PARCEL, Parcel.class).ended(new Outcome(false, "", ""));
    }
}
