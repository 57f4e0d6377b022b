package io.kafkasend.client.internal;

import java.util.OptionalInt;

/**
 * The members of the portals' consumer group, as far as Kafka tells. Immutable.
 *
 * @param readers how many portals read the request topic, or stand by to; empty where that is not known
 * @param elsewhere whether there are members, none of whom reads it: portals of another topic
 */
public record PortalMembers(OptionalInt readers, boolean elsewhere) {
    /** Where Kafka does not tell. */
    public static final PortalMembers UNKNOWN = new PortalMembers(OptionalInt.empty(), false);

    /** Where there is none. */
    public static final PortalMembers NONE = new PortalMembers(OptionalInt.of(0), false);

    /** Where there are some, and all of them read other topics. */
    public static final PortalMembers ELSEWHERE = new PortalMembers(OptionalInt.of(0), true);

    /** So many that read the topic, or stand by to. */
    public static PortalMembers reading(int count) {
        return new PortalMembers(OptionalInt.of(count), false);
    }
}
