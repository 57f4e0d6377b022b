/**
 * Traces, and how they get to an OpenTelemetry collector. Where OpenTelemetry's SDK is set up, and nothing else is; nobody loads
 * it who has no collector. Knows {@code protocol}, {@code config} and {@code setting}.
 */
package io.kafkasend.tracing;
