/**
 * What can go wrong with a job, by name: exceptions that say what its client is told. Knows {@code protocol.ErrorCode}
 * only. Immutable.
 */
package io.kafkasend.portal.failure;
