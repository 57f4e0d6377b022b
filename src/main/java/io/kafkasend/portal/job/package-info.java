/**
 * The state of a request under way: its phase, its records, its time, its body; which jobs there are, and whose turn
 * it is. Calls nobody and waits for nobody. A job has a lock for each of its four parts, {@code Jobs} and
 * {@code Turns} have theirs; none is held while another room's code that may wait is called, but for the body's, under
 * which a chunk goes to the spool.
 */
package io.kafkasend.portal.job;
