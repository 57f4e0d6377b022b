package io.kafkasend.security;

import java.util.List;

/**
 * A pattern in which {@code *} stands for any text, the empty one and slashes included. Matches without backtracking: the
 * literals between two stars are found from the left, each once, so the cost is at most text times pattern.
 */
record PathGlob(List<String> literals) {
    PathGlob {
        literals = List.copyOf(literals);
    }

    static PathGlob of(String pattern) {
        return new PathGlob(List.of(pattern.split("\\*", -1)));
    }

    boolean matches(String text) {
        String first = literals.get(0);
        if (literals.size() == 1) {
            return text.equals(first);
        }
        String last = literals.get(literals.size() - 1);
        if (!text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        int at = first.length();
        int end = text.length() - last.length();
        for (String literal : literals.subList(1, literals.size() - 1)) {
            int found = text.indexOf(literal, at);
            if (found < 0) {
                return false;
            }
            at = found + literal.length();
        }
        return at <= end;
    }
}
