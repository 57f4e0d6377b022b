package io.kafkasend.portal;

import org.apache.camel.component.kafka.KafkaConstants;

/**
 * The headers by which a message and Camel's Kafka component understand each other, as the component that runs spells them.
 * A plain use of {@link KafkaConstants} is a copy, made by the compiler, of the names of the version that we were built with;
 * {@code camel run} may bring another one, and between 4.18 and 4.22 all names changed.
 */
final class KafkaHeader {
    static final String TOPIC = named("TOPIC");
    static final String PARTITION = named("PARTITION");
    static final String OFFSET = named("OFFSET");
    static final String TIMESTAMP = named("TIMESTAMP");
    static final String KEY = named("KEY");
    /** The record's own headers. */
    static final String HEADERS = named("HEADERS");
    /** The topic to send to, in place of the endpoint's. */
    static final String OVERRIDE_TOPIC = named("OVERRIDE_TOPIC");

    private KafkaHeader() {}

    private static String named(String constant) {
        try {
            return (String) KafkaConstants.class.getField(constant).get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of camel-kafka knows no header " + constant, e);
        }
    }
}
