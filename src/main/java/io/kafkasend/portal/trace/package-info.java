/**
 * Traces of jobs: which steps each has, by OpenTelemetry's semantic conventions. Knows the rooms that it follows; none of them
 * knows it. Runs on the threads that jobs run on, and waits for nobody: exports have a thread of their own.
 */
package io.kafkasend.portal.trace;
