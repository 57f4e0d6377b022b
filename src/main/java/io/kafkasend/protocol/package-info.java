/**
 * The wire protocol: messages, their JSON form, chunking and checksums. Plain Java; knows neither Camel nor Kafka.
 * PROTOCOL.md is the specification.
 */
package io.kafkasend.protocol;
