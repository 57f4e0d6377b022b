/**
 * The route {@code receive}: a record becomes a message, is authenticated, admitted and assembled. All of it runs on
 * the poll thread and may wait for nothing.
 */
package io.kafkasend.portal.receive;
