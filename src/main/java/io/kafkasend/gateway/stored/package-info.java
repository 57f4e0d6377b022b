/**
 * Jobs that outlive the request which began them: what of them is kept in Kafka, so that any gateway finds them again, for their caller
 * only. Knows {@code settings}, {@code http} and {@code problem}; no Camel. Thread-safe; a thread of its own reads the topic of jobs.
 */
package io.kafkasend.gateway.stored;
