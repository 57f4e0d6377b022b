/**
 * {@code topics} and {@code dlq}: what lies in Kafka. The main thread, which waits for the broker.
 */
package io.kafkasend.cli.topic;
