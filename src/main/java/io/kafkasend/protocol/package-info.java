/**
 * The wire protocol: what messages are, their limits, chunking and checksums; how they are read and written is in {@code
 * codec}. Plain Java; knows neither Camel nor Kafka. PROTOCOL.md is the specification.
 */
package io.kafkasend.protocol;
