/**
 * What can go wrong with a job, by name: exceptions that say what its client is told. Knows {@code protocol.ErrorCode},
 * and what the network, the token server and the circuit breaker throw. Immutable.
 */
package io.kafkasend.portal.failure;
