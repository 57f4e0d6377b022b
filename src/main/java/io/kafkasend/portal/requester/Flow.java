package io.kafkasend.portal.requester;

/**
 * Whose share of the portal a job takes, a flow as fair queueing calls it (RFC 970, RFC 7567): that of the client which signed
 * it; requests without signature have one for each topic that they are answered on. Only keys and topics that the operator
 * named make a flow, so that nobody gets more shares by calling itself something else. Immutable.
 *
 * @param signed whether it is a client's that signs
 * @param name the client's, or the topic's; empty for unsigned requests that are answered on the portal's own topic
 */
public record Flow(boolean signed, String name) {}
