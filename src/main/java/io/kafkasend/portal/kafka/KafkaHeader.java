package io.kafkasend.portal.kafka;

import org.apache.camel.component.kafka.KafkaConstants;

/**
 * The headers by which a message and Camel's Kafka component understand each other, as the component that runs spells them.
 * A plain use of {@link KafkaConstants} is a copy, made by the compiler, of the names of the version that we were built with;
 * {@code camel run} may bring another one, and between 4.18 and 4.22 all names changed.
 */
public final class KafkaHeader {
    public static final String TOPIC = named("TOPIC");
    public static final String PARTITION = named("PARTITION");
    public static final String OFFSET = named("OFFSET");
    public static final String TIMESTAMP = named("TIMESTAMP");
    public static final String KEY = named("KEY");
    /** The record's own headers. */
    public static final String HEADERS = named("HEADERS");
    /** The topic to send to, in place of the endpoint's. */
    public static final String OVERRIDE_TOPIC = named("OVERRIDE_TOPIC");

    private KafkaHeader() {}

    private static String named(String constant) {
        try {
            return (String) KafkaConstants.class.getField(constant).get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of camel-kafka knows no header " + constant, e);
        }
    }
}
