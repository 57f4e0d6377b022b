/**
 * The command line. A command's class loads neither Kafka nor Camel until it is called, so that help and mistakes are
 * answered at once.
 */
package io.kafkasend.cli;
