/**
 * How the log of a command looks and how much it says. Knows the console. Logback calls it on every thread that logs.
 */
package io.kafkasend.cli.log;
