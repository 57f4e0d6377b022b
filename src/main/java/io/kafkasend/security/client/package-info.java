/**
 * Clients as the operator knows them: keys, signatures, policies, rates. Knows endpoint and header. Reads files where
 * it is told to, and watches none.
 */
package io.kafkasend.security.client;
