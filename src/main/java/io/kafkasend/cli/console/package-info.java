/**
 * What a command has around it: streams, environment, terminal, exit codes, and text made safe for a terminal. Knows
 * no command. The main thread; a terminal's size is asked for from any.
 */
package io.kafkasend.cli.console;
