/**
 * What development and tests need around KafkaSend: a Kafka broker in this JVM, a token server and a sample REST API.
 * None of it is meant for production; only the command line and the benchmark depend on it. Any thread may call them.
 * Its rooms, which do not know this package: {@code http} is how the HTTP servers speak, {@code sample} what the sample API
 * serves.
 */
package io.kafkasend.dev;
