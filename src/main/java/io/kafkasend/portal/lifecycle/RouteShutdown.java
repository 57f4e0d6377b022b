package io.kafkasend.portal.lifecycle;

/**
 * What hears that the routes start and stop, from the one step that Camel's graceful shutdown asks, and says what the shutdown
 * is to wait for. Implementations are thread-safe.
 */
public interface RouteShutdown {
    /** The routes start, for the first time or again. */
    void reset();

    /** The routes are told to stop. */
    void begin();

    /** How many jobs, ERRORs and dead letters are worth waiting for. */
    int pending();

    /** The time is over: nothing of what still runs reaches its client any more, and nobody waits for it. */
    void leaveTheRest();

    /** They have stopped. */
    void end();
}
