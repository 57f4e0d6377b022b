package io.kafkasend.management;

/**
 * A part of the management port that another room serves. Every bean of this type is found when the port opens. Must be
 * thread-safe, and answer without waiting: one thread serves all.
 */
public interface ManagementPart {
    /** The path under which all that it serves lies, such as {@code /observe/console}. */
    String root();

    /**
     * Answers GET or HEAD of the root or of a path below it.
     *
     * @return the answer; null where there is nothing under this path
     */
    ManagementAnswer answer(ManagementRequest request);

    /**
     * Does what a POST of a path below the root asks for.
     *
     * @return what came of it; null where nothing can be done there
     */
    default ManagementAnswer act(ManagementRequest request) {
        return null;
    }

    /** The port has closed. */
    default void close() {}
}
