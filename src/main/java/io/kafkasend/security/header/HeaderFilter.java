package io.kafkasend.security.header;

import io.kafkasend.security.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The allow-list that both header policies share: names, and prefixes that end in a star. */
final class HeaderFilter {
    private final Set<String> names = new HashSet<>();
    private final List<String> prefixes = new ArrayList<>();
    private final List<String> useless = new ArrayList<>();
    private final Predicate<String> forbidden;
    private final Predicate<String> onlyIfNamed;
    private final char greatestCharacter;
    private final int maxLength;

    /**
     * @param allowList names separated by commas
     * @param forbidden which names never pass, listed or not
     * @param onlyIfNamed which names do not pass by a prefix
     * @param greatestCharacter the last that a value may have
     * @param maxLength how many characters a value may have
     */
    HeaderFilter(
            String allowList,
            Predicate<String> forbidden,
            Predicate<String> onlyIfNamed,
            char greatestCharacter,
            int maxLength) {
        this.forbidden = forbidden;
        this.onlyIfNamed = onlyIfNamed;
        this.greatestCharacter = greatestCharacter;
        this.maxLength = maxLength;
        Arrays.stream(Objects.requireNonNullElse(allowList, "").split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .forEach(this::add);
    }

    List<String> entries() {
        return Stream.concat(names.stream(), prefixes.stream().map(prefix -> prefix + "*"))
                .sorted()
                .toList();
    }

    private void add(String entry) {
        boolean prefix = entry.endsWith("*");
        String name = prefix ? entry.substring(0, entry.length() - 1) : entry;
        if (!HeaderNames.isToken(name)
                || name.indexOf('*') >= 0
                || forbidden.test(name)
                || prefix && onlyIfNamed.test(name)) {
            useless.add(Printable.of(entry, FilteredHeaders.MAX_NAME_LENGTH));
        } else if (prefix) {
            prefixes.add(HeaderNames.lowerCase(name));
        } else {
            names.add(HeaderNames.lowerCase(name));
        }
    }

    List<String> useless() {
        return List.copyOf(useless);
    }

    /** Entries of which nothing passes another filter. */
    List<String> beyond(HeaderFilter other) {
        List<String> beyond = new ArrayList<>();
        names.stream().filter(name -> !other.isAllowed(name)).forEach(beyond::add);
        prefixes.stream()
                .filter(prefix -> other.names.stream().noneMatch(name -> name.startsWith(prefix))
                        && other.prefixes.stream().noneMatch(its -> its.startsWith(prefix) || prefix.startsWith(its)))
                .forEach(prefix -> beyond.add(prefix + "*"));
        return beyond;
    }

    FilteredHeaders filter(Map<String, String> given) {
        Map<String, String> headers = Objects.requireNonNullElse(given, Map.of());
        Set<String> nominated = nominated(headers);
        Map<String, String> allowed = new HashMap<>(); // to canonical names
        Map<String, Integer> occurrences = new HashMap<>();
        for (String name : headers.keySet()) {
            if (isAllowed(name)) {
                String canonical = HeaderNames.canonical(name);
                allowed.put(name, canonical);
                occurrences.merge(canonical, 1, Integer::sum);
            }
        }
        Map<String, String> passed = new LinkedHashMap<>();
        List<String> dropped = new ArrayList<>();
        headers.forEach((name, value) -> {
            // Of twins, which one a server heeds is anybody's guess, so neither passes.
            String canonical = allowed.get(name);
            if (canonical != null
                    && occurrences.get(canonical) == 1
                    && !nominated.contains(canonical)
                    && isSound(value)) {
                passed.put(name, withoutOuterSpace(value));
            } else {
                dropped.add(Printable.of(name, FilteredHeaders.MAX_NAME_LENGTH));
            }
        });
        return new FilteredHeaders(passed, dropped);
    }

    /** RFC 9110, section 7.6.1: what Connection names is for this hop only. */
    private static Set<String> nominated(Map<String, String> headers) {
        Set<String> names = new HashSet<>();
        headers.forEach((name, value) -> {
            if (name != null && value != null && HeaderNames.lowerCase(name).equals("connection")) {
                for (String option : value.split(",")) {
                    names.add(HeaderNames.canonical(option.strip()));
                }
            }
        });
        return names;
    }

    private boolean isAllowed(String name) {
        if (name == null || !HeaderNames.isToken(name) || forbidden.test(name)) {
            return false;
        }
        String lower = HeaderNames.lowerCase(name);
        return names.contains(lower) || HeaderNames.startsWithAny(lower, prefixes) && !onlyIfNamed.test(name);
    }

    private boolean isSound(String value) {
        if (value == null || value.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\t' && (c < ' ' || c == 0x7F || c > greatestCharacter)) {
                return false;
            }
        }
        return true;
    }

    /** RFC 9110, section 5.5: space around a value is not part of it. */
    private static String withoutOuterSpace(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
