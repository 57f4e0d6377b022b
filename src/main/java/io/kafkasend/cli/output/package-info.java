/**
 * How commands tell an outcome: lines for people, one JSON object for programs. Knows console and log, and no command.
 * The main thread.
 */
package io.kafkasend.cli.output;
