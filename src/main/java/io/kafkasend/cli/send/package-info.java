/**
 * {@code send-file}, {@code send-request} and {@code fetch}: one job from file to file, with its progress. Knows the SDK, and neither
 * portal nor broker. Progress is told on the client's threads.
 */
package io.kafkasend.cli.send;
