/**
 * What the steps of one request hand to one another on its Camel exchange, by name and type, and of the call what several
 * rooms read: its attempts and the head of its answer. Decides nothing. An exchange is one thread's at a time.
 */
package io.kafkasend.portal.exchange;
