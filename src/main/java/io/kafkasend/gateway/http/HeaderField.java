package io.kafkasend.gateway.http;

/**
 * One line of a head. Immutable.
 *
 * @param name as it was written
 * @param value without the blanks around it
 */
public record HeaderField(String name, String value) {
    /** Whether it bears this name, in any case. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
