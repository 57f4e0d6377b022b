package com.example;

import io.kafkasend.client.Answer;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.portal.Portal;
import java.util.Map;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Camel application with settings and a log of its own, and a portal in the same process. */
public final class Host {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    private Host() {}

    /**
     * @param arguments the endpoint that is asked for
     */
    public static void main(String[] arguments) throws Exception {
        LOG.info("begins");
        Main main = new Main(Host.class);
        main.start();
        try (Portal portal = Portal.start(Map.of());
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers(System.getenv("KAFKA_BOOTSTRAP_SERVERS"))
                        .build()) {
            Answer answer = client.call(Request.get(arguments[0]));
            System.out.println("greeting " + main.getCamelContext().resolvePropertyPlaceholders("{{greeting}}"));
            System.out.println("routes " + main.getCamelContext().getRoutesSize());
            System.out.println("portal " + portal.context().getName() + " answer " + answer.status());
        } finally {
            main.stop();
        }
        LOG.info("ends");
    }
}
