/**
 * What the sample API serves: endpoints by theme, which take a request and make an answer, and the bodies on both ways.
 * Whoever adds an endpoint writes it in the class of its theme, and names its path in {@code SampleEndpoints}. Knows the room
 * {@code http}; no server and no broker. The thread of the request's connection.
 */
package io.kafkasend.dev.sample;
