/** How to get into a Kafka cluster; what Kafka's clients report, in an operator's terms, what they may gather, and a producer that keeps the order: for portal and clients alike. */
package io.kafkasend.kafka;
