/**
 * TLS from PEM files: certificates, private keys, and the contexts made of them. Plain JDK: no Camel, no Kafka, and no other
 * package of KafkaSend.
 */
package io.kafkasend.tls;
