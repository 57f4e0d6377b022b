/**
 * What development and tests need around KafkaSend: a Kafka broker in this JVM, a token server and a sample REST API.
 * None of it is meant for production, and nothing outside this package and the command line depends on it.
 */
package io.kafkasend.dev;
