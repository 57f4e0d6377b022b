package io.kafkasend.security.header;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** An unmodifiable map of headers that keeps names and order as given, and ignores case in lookups. */
final class HeaderMap extends AbstractMap<String, String> {
    private final Map<String, String> asGiven;
    private final Map<String, String> byLowerCase;

    HeaderMap(Map<String, String> headers) {
        this.asGiven = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        Map<String, String> lower = new LinkedHashMap<>();
        headers.forEach((name, value) -> lower.put(HeaderNames.lowerCase(name), value));
        this.byLowerCase = Collections.unmodifiableMap(lower);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return asGiven.entrySet();
    }

    @Override
    public String get(Object name) {
        return name instanceof String text ? byLowerCase.get(HeaderNames.lowerCase(text)) : null;
    }

    @Override
    public boolean containsKey(Object name) {
        return name instanceof String text && byLowerCase.containsKey(HeaderNames.lowerCase(text));
    }
}
