/** What Kafka's clients report, in an operator's terms, and what they may gather: for portal and clients alike. */
package io.kafkasend.kafka;
