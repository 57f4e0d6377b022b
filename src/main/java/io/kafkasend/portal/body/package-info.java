/**
 * The bytes of unfinished jobs and their bounds: in memory, or encrypted in the spool. Knows no Kafka, no Camel and no
 * HTTP. A body is written by the poll thread, under its own lock, and read by the job's caller.
 */
package io.kafkasend.portal.body;
