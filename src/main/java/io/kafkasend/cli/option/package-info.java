/**
 * Options that several commands share, and the types of their values. Knows console, log and output. The main thread,
 * before a command runs.
 */
package io.kafkasend.cli.option;
