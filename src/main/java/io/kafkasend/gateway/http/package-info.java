/**
 * The gateway's HTTP server: connections and their threads, HTTP/1.1 as it is read strictly, requests handed to the route and its
 * answers written. Knows {@code settings} and {@code problem}; no Kafka, no job. A thread serves one connection; a second one looks
 * whether callers are still there.
 */
package io.kafkasend.gateway.http;
