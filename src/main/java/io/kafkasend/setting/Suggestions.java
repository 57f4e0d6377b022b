package io.kafkasend.setting;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody may have meant who typed a name that is none. */
public final class Suggestions {
    private Suggestions() {}

    /** The most alike of the names, where one is alike: at most one change for each three characters. */
    public static Optional<String> mostAlike(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> changes(typed, name) <= Math.max(1, Math.min(typed.length(), name.length()) / 3))
                .min(Comparator.comparingInt((String name) -> changes(typed, name))
                        .thenComparing(name -> name));
    }

    /** What asks for it at the end of a line; empty where there is none. */
    public static String question(Optional<String> meant) {
        return meant.map(name -> "; did you mean " + name + "?").orElse("");
    }

    /** How many characters to add, drop, replace or swap with the next, so that one text becomes the other. */
    private static int changes(String from, String to) {
        int[][] changes = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    changes[i][j] = i + j;
                    continue;
                }
                int replaced = changes[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                changes[i][j] = Math.min(replaced, 1 + Math.min(changes[i - 1][j], changes[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    changes[i][j] = Math.min(changes[i][j], changes[i - 2][j - 2] + 1);
                }
            }
        }
        return changes[from.length()][to.length()];
    }
}
