/**
 * What ends without an answer: failures become ERRORs, records that name no client become dead letters, and both wait
 * in the outbox for the broker. The only room that speaks to a client of failures. {@code explain} runs on whatever
 * thread failed and waits for nothing; a topic's lane has its own thread.
 */
package io.kafkasend.portal.report;
