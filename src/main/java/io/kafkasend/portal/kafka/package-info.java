/**
 * The poll thread and Kafka's clients around it: polling, committing, pausing, recovering, and what of a record's
 * headers means what. Knows the ledger, and no job. Kafka's consumer is used on the poll thread only.
 */
package io.kafkasend.portal.kafka;
