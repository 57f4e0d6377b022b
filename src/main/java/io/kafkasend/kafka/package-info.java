/** What Kafka's clients report, in an operator's terms: for portal and clients alike. */
package io.kafkasend.kafka;
