/**
 * From a caller's request to a job and back: the steps that speak to Kafka, by the SDK. Knows {@code settings}, {@code http}, {@code
 * stored}, {@code upload} and {@code problem}. The steps run on the threads of connections, and wait there; bodies of requests are read on the SDK's upload threads.
 */
package io.kafkasend.gateway.relay;
