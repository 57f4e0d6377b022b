package io.kafkasend.protocol;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The request headers that hold the caller's own secrets. They stay out of Kafka: whoever may read the request topic could use
 * them, and no portal passes them on. Letter case does not count, and {@code _} is {@code -}. Immutable, thread-safe.
 */
public final class SecretHeaders {
    private static final Set<String> ALWAYS = Set.of("authorization", "cookie", "proxy-authorization");

    /** Those that always are: {@code Authorization}, {@code Cookie} and {@code Proxy-Authorization}. */
    public static final SecretHeaders OF_EVERYBODY = new SecretHeaders(Set.of());

    private final Set<String> names;

    /**
     * @param more the names of further ones
     */
    public SecretHeaders(Collection<String> more) {
        names = Stream.concat(ALWAYS.stream(), more.stream())
                .map(SecretHeaders::canonical)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Those that an operator or a user adds.
     *
     * @param list names with commas between; empty adds none
     */
    public static SecretHeaders and(String list) {
        return new SecretHeaders(List.of(list.split(",")));
    }

    /** Whether a header of this name is one. */
    public boolean has(String name) {
        return names.contains(canonical(name));
    }

    /**
     * Throws an exception with what a caller is told whose header is one.
     *
     * @throws IllegalArgumentException if the header of this name is
     */
    public void refuse(String name) {
        if (has(name)) {
            throw new IllegalArgumentException(refusal(name));
        }
    }

    /** Those among the names, in their order. */
    public List<String> among(Collection<String> given) {
        return given.stream().filter(this::has).toList();
    }

    /**
     * What a caller is told whose header is one, in a line; never its value.
     *
     * @param name as it was given
     */
    public static String refusal(String name) {
        return "header " + name
                + " is a secret of the caller's, which everybody could read who reads the request topic;"
                + " no portal passes it on, so it is not sent";
    }

    private static String canonical(String name) {
        return name.strip().replace('_', '-').toLowerCase(Locale.ROOT);
    }
}
