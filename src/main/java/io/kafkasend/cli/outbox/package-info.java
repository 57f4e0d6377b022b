/**
 * {@code outbox}: files of a folder as requests. The only room here that starts an outbox.
 */
package io.kafkasend.cli.outbox;
