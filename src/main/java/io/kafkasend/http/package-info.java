/**
 * Connections to the API and to the token server, on which no byte of one exchange is ever taken for another's: what may be
 * used again, what is looked at before that, and what is an answer at all. Plain Java over Apache's HTTP client.
 */
package io.kafkasend.http;
