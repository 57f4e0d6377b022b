/**
 * The management port: health, and what a portal says of itself once it reads. Knows the rooms that it observes; none of
 * them knows it. Answers on one thread of its own, which waits for nothing.
 */
package io.kafkasend.portal.observe;
