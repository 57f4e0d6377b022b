package io.kafkasend;

import io.kafkasend.cli.KafkaSend;
import io.kafkasend.cli.console.Console;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import java.util.Map;

/** Loads the classes that brokers, portals and commands run with, for {@link ClassArchive}, and ends. */
final class LoadedClasses {
    private LoadedClasses() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        TokenServer tokens = TokenServer.start("portal", "none");
        SampleApi api = SampleApi.start(tokens::isValid);
        Portal portal = Portal.start(Map.of(
                "kafkasend.bootstrap-servers",
                broker.bootstrapServers(),
                "kafkasend.management-port",
                "0",
                "kafkasend.target-api-url",
                api.url().toString(),
                "kafkasend.allowed-endpoints",
                "/**",
                "kafkasend.oauth2-token-url",
                tokens.tokenUrl().toString(),
                "kafkasend.oauth2-client-id",
                "portal",
                "kafkasend.oauth2-client-secret",
                "none"));
        KafkaSend.commandLine(Console.ofProcess())
                .execute("send-request", "-e", "/api/v1/status", "-b", broker.bootstrapServers());
        portal.close();
        broker.close();
        System.exit(0); // whoever still listens
    }
}
