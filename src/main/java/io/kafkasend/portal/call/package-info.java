/**
 * The route {@code call}: from the whole request to the head of the API's answer, with claims, tokens, retries and the
 * circuit breaker. The only room that gets and sends the access token. Runs on the callers' threads, one job each, which may
 * wait for the API and for the token, but never for another job.
 */
package io.kafkasend.portal.call;
