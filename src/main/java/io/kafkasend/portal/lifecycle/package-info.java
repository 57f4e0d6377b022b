/**
 * How a portal ends, and what outlives failures. {@code FailStop} ends a portal that cannot go on, {@code Grace}
 * bounds every stop, {@code StepErrors} stands around every step, {@code StepThreads} and {@code EnduringTask} are
 * what all threads of the portal are made of. Knows no job, no record and no setting; every thread may come here.
 */
package io.kafkasend.portal.lifecycle;
