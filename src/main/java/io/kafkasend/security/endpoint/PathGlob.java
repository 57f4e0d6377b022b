package io.kafkasend.security.endpoint;

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

    /** Whether there is a text that both match. */
    boolean overlaps(PathGlob other) {
        String mine = String.join("*", literals);
        String its = String.join("*", other.literals);
        boolean[] next = null; // of the characters behind this one of mine: what of its is matched by both from there
        for (int i = mine.length(); i >= 0; i--) {
            boolean[] now = new boolean[its.length() + 1];
            for (int j = its.length(); j >= 0; j--) {
                boolean star = i < mine.length() && mine.charAt(i) == '*';
                boolean itsStar = j < its.length() && its.charAt(j) == '*';
                now[j] = i == mine.length() && j == its.length()
                        || star && (next[j] || j < its.length() && now[j + 1])
                        || itsStar && (now[j + 1] || i < mine.length() && next[j])
                        || i < mine.length() && j < its.length() && mine.charAt(i) == its.charAt(j) && next[j + 1];
            }
            next = now;
        }
        return next[0];
    }
}
