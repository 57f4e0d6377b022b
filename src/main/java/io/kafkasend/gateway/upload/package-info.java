/**
 * Uploads that go on after their connection broke, as draft-ietf-httpbis-resumable-upload has them: a directory of files, and what
 * callers may do to each. Knows {@code http}, {@code stored}, {@code problem} and {@code settings}; no Kafka, no job. All runs on the
 * threads of callers' connections.
 */
package io.kafkasend.gateway.upload;
