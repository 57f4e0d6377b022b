package io.kafkasend.portal.warmup;

/** What is worked through to get warm. */
@FunctionalInterface
public interface Workout {
    /**
     * Works until then, and cleans up behind itself.
     *
     * @param until by {@link System#nanoTime}
     * @return how many records were worked through
     * @throws InterruptedException when it is to end before
     */
    long run(long until) throws Exception;
}
