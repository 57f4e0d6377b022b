package io.kafkasend.portal;

import io.kafkasend.portal.kafka.KafkaClients;
import io.kafkasend.portal.warmup.StubBroker;
import io.kafkasend.portal.warmup.StubServer;
import io.kafkasend.portal.warmup.StubTopics;
import io.kafkasend.portal.warmup.WarmUpJobs;
import io.kafkasend.portal.warmup.Workout;

/**
 * A whole portal, of the same routes and with beans and settings of its own, that works on a Kafka, an API and a token server which
 * nobody else knows. Immutable.
 */
final class PortalWorkout implements Workout {
    @Override
    public long run(long until) throws Exception {
        WarmUpJobs.OpenKeys open = new WarmUpJobs.OpenKeys();
        StubTopics topics = new StubTopics(WarmUpSettings.REQUESTS, open::answered);
        try (StubServer server = new StubServer();
                StubBroker broker = new StubBroker(topics)) {
            Portal portal = Portal.startBeside(WarmUpSettings.of(broker.address(), server.url()));
            try {
                WarmUpJobs jobs = new WarmUpJobs(topics, open);
                jobs.run(until);
                return jobs.count();
            } finally {
                end(portal);
            }
        }
    }

    /** Nothing of it stays, also where Camel had to break it off, and then leaves out what comes at the end of a route. */
    private static void end(Portal portal) {
        Stopping stopping = portal.bean("stopping", Stopping.class);
        KafkaClients clients = portal.bean("kafka-clients", KafkaClients.class);
        portal.close();
        clients.close();
        stopping.end();
    }
}
