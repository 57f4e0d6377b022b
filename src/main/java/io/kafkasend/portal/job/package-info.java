/**
 * The state of a request under way: its phase, its records, its time, its body; which jobs there are, and whose turn
 * it is. Calls nobody and waits for nobody. A job has one lock, {@code Jobs} and {@code Turns} have theirs; none is
 * held while another room's code that may wait is called.
 */
package io.kafkasend.portal.job;
