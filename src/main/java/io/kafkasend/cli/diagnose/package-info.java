/**
 * {@code doctor} and {@code trace}: where it is that jobs do not get on, from what lies in Kafka alone. Knows the portal's marks
 * in commits, and no portal. The main thread, and the threads of {@code finding}.
 */
package io.kafkasend.cli.diagnose;
