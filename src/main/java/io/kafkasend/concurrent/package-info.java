/** Threads, tasks and waits, as all others use them. Knows the JDK only. */
package io.kafkasend.concurrent;
