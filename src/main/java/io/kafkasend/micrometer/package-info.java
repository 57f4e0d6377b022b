/**
 * The SDK's figures as Micrometer's meters, for whoever has a registry: no part of the SDK's artifact, which needs no library of
 * metrics. Knows what the SDK counts, the protocol and Micrometer. Runs on the client's threads.
 */
package io.kafkasend.micrometer;
