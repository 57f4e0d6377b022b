package io.kafkasend.dev.sample;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The query of a request's target, decoded. Immutable.
 *
 * @param values by their names; of a name that comes twice the last one
 */
record Query(Map<String, String> values) {
    Query {
        values = Map.copyOf(values);
    }

    /**
     * Of a target.
     *
     * @param raw as received; null for none
     */
    static Query of(String raw) throws BadRequestException {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
            }
        }
        return new Query(query);
    }

    /** A value, or what it is where it is not given. */
    String text(String name, String unlessGiven) {
        return values.getOrDefault(name, unlessGiven);
    }

    /** A value between these two, both included. */
    long number(String name, long unlessGiven, long from, long to) throws BadRequestException {
        return number(name, text(name, String.valueOf(unlessGiven)), from, to);
    }

    /** A part of a target that is a number between these two, both included. */
    static long number(String what, String text, long from, long to) throws BadRequestException {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            number = from - 1; // as wrong as one that is too small
        }
        if (number < from || number > to) {
            throw new BadRequestException(what + " must be " + from + " to " + to);
        }
        return number;
    }

    /** A part of a target without percent-encoding. */
    static String decode(String encoded) throws BadRequestException {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("the target is not well encoded");
        }
    }
}
