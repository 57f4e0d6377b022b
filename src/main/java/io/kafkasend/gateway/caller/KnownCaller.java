package io.kafkasend.gateway.caller;

/**
 * A caller that the file names. Immutable.
 *
 * @param name for logs and metrics: 1 to 64 letters, digits, '.', '_' and '-'
 * @param tokenSha256 of the caller's bearer token, 64 lower-case hexadecimal digits; or null
 * @param subject of the caller's certificate (RFC 2253); or null
 * @param inFlight how many requests may be under way at once; 0 for the gateway's own limit
 * @param rate how many may begin in a second; -1 for the gateway's own limit, 0 for any number
 */
record KnownCaller(String name, String tokenSha256, String subject, int inFlight, int rate) {}
