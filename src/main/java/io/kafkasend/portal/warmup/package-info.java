/**
 * What a warm-up works on and against: a Kafka, an API and a token server of its own on the loopback address, jobs for them, and
 * silence in the log. It knows the wire, and no step: the portal that it warms up is another one, in the same process, with the
 * same routes. Runs on threads of its own, which are all of one group.
 */
package io.kafkasend.portal.warmup;
