/**
 * What {@code portal --check} and {@code doctor} find, side by side and within a time, and how it is shown. Knows console and
 * output, and Kafka's admin client. Each look has a thread of its own; the main thread waits for all.
 */
package io.kafkasend.cli.finding;
