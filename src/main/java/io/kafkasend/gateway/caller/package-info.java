/**
 * Who calls, and how much: the first steps of the route. Knows {@code settings}, {@code http} and {@code problem}; no Kafka. Thread-safe,
 * on the threads of connections.
 */
package io.kafkasend.gateway.caller;
