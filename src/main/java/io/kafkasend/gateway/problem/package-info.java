/**
 * Failures in HTTP's terms: which status each of the bridge's own failures has, and its problem document (RFC 9457). Knows the
 * SDK's failures and the protocol's codes; no server, no Camel. Immutable, on any thread.
 */
package io.kafkasend.gateway.problem;
