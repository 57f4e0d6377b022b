/**
 * The SDK: HTTP requests through Kafka, many at a time, over one producer and one consumer. {@link
 * io.kafkasend.client.KafkaSendClient} is the way in. Knows the protocol and Kafka's clients; nothing of Camel.
 */
package io.kafkasend.client;
