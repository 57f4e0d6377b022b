package io.kafkasend.gateway.http;

import java.time.Duration;

/**
 * How much of the server callers may hold without asking anything. Immutable.
 *
 * @param most connections at once, 1 or more
 * @param mostIdle connections of one address that wait for a request, 1 or more
 * @param head how long a request's head may take from its first byte, and a new connection to its first head's end
 */
record ConnectionBounds(int most, int mostIdle, Duration head) {}
