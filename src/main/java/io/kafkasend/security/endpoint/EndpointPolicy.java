package io.kafkasend.security.endpoint;

import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.Printable;
import io.kafkasend.security.header.FilteredHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which endpoints of the API a client may call. An endpoint is what RFC 9112 calls the origin form: an absolute path and
 * an optional query, in the characters of RFC 3986. It passes only if every reading of it is harmless, so that no proxy
 * or framework on the way can find another meaning in it; it is then to be forwarded byte for byte.
 *
 * <p>Always enforced: the structure (one leading slash, no empty or dot segments, no encoded slashes, backslashes or
 * control characters, valid UTF-8, at most {@value #MAX_LENGTH} characters) and the allow-list, which every reading of
 * the path must match, in the same letter case. Enforced if strict, else only reported: that no segment and no query
 * value is an internal host or a URL that leads to one.
 *
 * <p>Immutable and thread-safe.
 */
public final class EndpointPolicy {
    /** Greatest length of an endpoint, in characters. */
    public static final int MAX_LENGTH = 8192;

    private static final String PATH_PUNCTUATION = "-._~!$&'()*+,;=:@/";
    private static final String QUERY_PUNCTUATION = PATH_PUNCTUATION + "?";
    private static final Pattern DELIMITERS = Pattern.compile("[&;]");

    /** What a star may stand for when it is tried whether a pattern can match anything that is in order. */
    private static final List<String> SAMPLES = List.of("x", "", "0", "/x");

    private final List<String> patterns;
    private final List<PathGlob> rawGlobs;
    private final List<PathGlob> readGlobs;
    private final boolean strict;

    /**
     * A policy.
     *
     * @param allowList patterns separated by commas, spaces around them ignored; a pattern is a path that starts with
     *     {@code /}, in which {@code *} stands for any text, slashes included; empty or null allows nothing
     * @param strict whether internal hosts and URLs in segments and query values are refused, or only reported
     * @throws IllegalArgumentException if a pattern is not valid; the message is one line that names it
     */
    public EndpointPolicy(String allowList, boolean strict) {
        this.patterns = Arrays.stream(Objects.requireNonNullElse(allowList, "").split(","))
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .toList();
        this.rawGlobs = patterns.stream().map(PathGlob::of).toList();
        this.readGlobs = patterns.stream().flatMap(p -> readGlobs(p).stream()).toList();
        this.strict = strict;
    }

    /**
     * Patterns that can never take effect, for a warning at start: if strict, those that name an internal host.
     *
     * @return the patterns, escaped and cut, in the order of the list
     */
    public List<String> uselessEntries() {
        return shown(pattern -> SAMPLES.stream().noneMatch(sample -> allows(pattern.replace("*", sample))));
    }

    /** Patterns that match nothing which the other policy allows, likewise. */
    public List<String> entriesBeyond(EndpointPolicy other) {
        return shown(pattern -> other.rawGlobs.stream().noneMatch(PathGlob.of(pattern)::overlaps));
    }

    /** All patterns, likewise. */
    public List<String> patterns() {
        return shown(pattern -> true);
    }

    private List<String> shown(Predicate<String> which) {
        return patterns.stream()
                .filter(which)
                .map(pattern -> Printable.of(pattern, FilteredHeaders.MAX_NAME_LENGTH))
                .toList();
    }

    /** The first entry that allows an endpoint's path, as the operator wrote it; empty where none does. */
    public Optional<String> entryFor(String endpoint) {
        int mark = endpoint.indexOf('?');
        String path = mark < 0 ? endpoint : endpoint.substring(0, mark);
        for (int i = 0; i < patterns.size(); i++) {
            if (rawGlobs.get(i).matches(path)) {
                return Optional.of(patterns.get(i));
            }
        }
        return Optional.empty();
    }

    private boolean allows(String endpoint) {
        try {
            check(endpoint);
            return true;
        } catch (PolicyViolation e) {
            return false;
        }
    }

    /**
     * Refuses an endpoint that must not be called. Returns if the call is in order.
     *
     * @param endpoint the endpoint as the client sent it
     * @return if not strict, what strictness would have refused it for; empty if nothing
     * @throws PolicyViolation if it is null, malformed, not allowed, or (if strict) names an internal host
     */
    public Optional<PolicyViolation> check(String endpoint) throws PolicyViolation {
        requireLengthAndStart(endpoint);
        int mark = endpoint.indexOf('?');
        String path = mark < 0 ? endpoint : endpoint.substring(0, mark);
        String query = mark < 0 ? "" : endpoint.substring(mark + 1);
        requireCharacters(path, PATH_PUNCTUATION, 0);
        requireCharacters(query, QUERY_PUNCTUATION, mark + 1);

        List<String> pathReadings = Decodings.of(path, Decodings.BadBytes.REFUSE);
        for (String reading : pathReadings) {
            requireSoundSegments(reading, count(path, '/'));
        }
        for (String reading : Decodings.of(query, Decodings.BadBytes.REPLACE)) {
            requireNoTraversal(reading);
        }
        requireAllowed(path, pathReadings);
        Optional<PolicyViolation> suspicion = findForbiddenHost(pathReadings, query);
        if (strict && suspicion.isPresent()) {
            throw suspicion.get();
        }
        return suspicion;
    }

    private static void requireLengthAndStart(String endpoint) throws PolicyViolation {
        if (endpoint == null || endpoint.isEmpty()) {
            throw malformed("no endpoint");
        }
        if (endpoint.length() > MAX_LENGTH) {
            throw malformed("longer than " + MAX_LENGTH + " characters");
        }
        if (endpoint.charAt(0) != '/') {
            throw malformed("does not start with a slash");
        }
    }

    private static void requireCharacters(String text, String punctuation, int offset) throws PolicyViolation {
        int bad = firstBadCharacter(text, punctuation);
        if (bad >= 0) {
            String what = text.charAt(bad) == '%'
                    ? "a percent sign without two hexadecimal digits"
                    : "a character that RFC 3986 does not allow";
            throw malformed(String.format("%s (U+%04X at %d)", what, (int) text.charAt(bad), offset + bad));
        }
    }

    /** The index of the first character that is neither unreserved, nor in {@code punctuation}, nor a valid escape. */
    private static int firstBadCharacter(String text, String punctuation) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            boolean escape = c == '%' && Decodings.hex(text, i + 1, 2) >= 0;
            if (!alphanumeric && !escape && punctuation.indexOf(c) < 0) {
                return i;
            }
        }
        return -1;
    }

    private static void requireSoundSegments(String path, long slashes) throws PolicyViolation {
        if (path.indexOf('\\') >= 0) {
            throw malformed("an encoded backslash");
        }
        if (count(path, '/') != slashes) {
            throw malformed("an encoded slash");
        }
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            String bare = withoutParameters(segments[i]);
            // A trailing slash ends in an empty segment, and that is in order.
            if (bare.isEmpty() && !(i == segments.length - 1 && segments[i].isEmpty())) {
                throw malformed("an empty path segment");
            }
            if (!bare.isEmpty() && count(bare, '.') == bare.length()) {
                throw malformed("a dot segment");
            }
        }
    }

    /** What is left of a segment for servers that cut it at a path parameter, or at a delimiter decoded too early. */
    private static String withoutParameters(String segment) {
        int end = 0;
        while (end < segment.length() && ";?#".indexOf(segment.charAt(end)) < 0) {
            end++;
        }
        return segment.substring(0, end).strip();
    }

    /** Some clients resolve dot segments in the query too; a {@code ..} beside no slash is text like any other. */
    private static void requireNoTraversal(String query) throws PolicyViolation {
        for (int at = query.indexOf(".."); at >= 0; at = query.indexOf("..", at + 1)) {
            char before = at == 0 ? '?' : query.charAt(at - 1);
            char after = at + 2 == query.length() ? '&' : query.charAt(at + 2);
            boolean segment = "?&;=/\\".indexOf(before) >= 0 && "&;#/\\".indexOf(after) >= 0;
            boolean besideSlash = "/\\".indexOf(before) >= 0 || "/\\".indexOf(after) >= 0;
            if (segment && besideSlash) {
                throw malformed("a dot segment in the query");
            }
        }
    }

    private void requireAllowed(String path, List<String> readings) throws PolicyViolation {
        boolean allowed = matchesAny(rawGlobs, path)
                && readings.stream()
                        .allMatch(reading -> matchesAny(readGlobs, reading)
                                && matchesAny(readGlobs, withoutAllParameters(reading))
                                && matchesAny(readGlobs, beforeDelimiter(reading)));
        if (!allowed) {
            throw new PolicyViolation(Reason.ENDPOINT_NOT_ALLOWED, "the allow-list does not have this path");
        }
    }

    private static boolean matchesAny(List<PathGlob> globs, String path) {
        for (PathGlob glob : globs) {
            if (glob.matches(path)) {
                return true;
            }
        }
        return false;
    }

    private static String withoutAllParameters(String path) {
        StringBuilder out = new StringBuilder(path.length());
        boolean inParameter = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            inParameter = c == ';' || inParameter && c != '/';
            if (!inParameter) {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String beforeDelimiter(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '?' && path.charAt(end) != '#') {
            end++;
        }
        return path.substring(0, end);
    }

    private static Optional<PolicyViolation> findForbiddenHost(List<String> pathReadings, String query)
            throws PolicyViolation {
        for (String reading : pathReadings) {
            for (String segment : reading.substring(1).split("/")) {
                Optional<String> found = findForbiddenHostIn(segment);
                if (found.isPresent()) {
                    return Optional.of(forbiddenHost(found.get() + " in a path segment"));
                }
            }
        }
        for (String parameter : parameters(query)) {
            // Each by itself: the delimiters inside a value show only once it is decoded.
            for (String reading : Decodings.of(parameter.replace('+', ' '), Decodings.BadBytes.REPLACE)) {
                Optional<String> found = findForbiddenHostIn(reading);
                if (found.isPresent()) {
                    return Optional.of(forbiddenHost(found.get() + " in the query"));
                }
            }
        }
        return Optional.empty();
    }

    /** Looks at the whole text, and at each name and value of the parameters within. */
    private static Optional<String> findForbiddenHostIn(String text) {
        Set<String> parts = new LinkedHashSet<>();
        parts.add(text);
        for (String parameter : parameters(text)) {
            int equals = parameter.indexOf('=');
            parts.add(equals < 0 ? parameter : parameter.substring(0, equals));
            parts.add(parameter.substring(equals + 1));
        }
        for (String part : parts) {
            Optional<String> found = ForbiddenHosts.findIn(part);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static String[] parameters(String text) {
        // Most texts are one, and the pattern's own matching costs more than looking.
        return text.indexOf('&') < 0 && text.indexOf(';') < 0 ? new String[] {text} : DELIMITERS.split(text);
    }

    /**
     * Which rule a pattern breaks.
     *
     * @return what it has that none may have; empty when it is good
     */
    public static Optional<String> patternFault(String pattern) {
        try {
            readSoundGlobs(pattern);
            return Optional.empty();
        } catch (PolicyViolation e) {
            return Optional.of(e.detail());
        }
    }

    /** The pattern as readings of a path may match it: as written, decoded, and without path parameters. */
    private static List<PathGlob> readGlobs(String pattern) {
        try {
            return readSoundGlobs(pattern);
        } catch (PolicyViolation e) {
            throw new IllegalArgumentException("pattern '" + Printable.of(pattern, 200) + "' has " + e.detail()
                    + ": takes a path that starts with '/', in the characters of RFC 3986, without empty or dot"
                    + " segments, where * stands for any text");
        }
    }

    private static List<PathGlob> readSoundGlobs(String pattern) throws PolicyViolation {
        if (!pattern.startsWith("/")) {
            throw malformed("no slash at its begin");
        }
        int bad = firstBadCharacter(pattern, PATH_PUNCTUATION);
        if (bad >= 0) {
            throw malformed(String.format("U+%04X, which stands in a path as %%XX only", (int) pattern.charAt(bad)));
        }
        requireSoundSegments(pattern, count(pattern, '/'));
        List<String> literals = new ArrayList<>();
        for (String literal : PathGlob.of(pattern).literals()) {
            List<String> readings = Decodings.of(literal, Decodings.BadBytes.REFUSE);
            String decoded = readings.get(readings.size() - 1);
            requireSoundSegments("/x" + decoded + "x", count("/x" + literal, '/'));
            literals.add(decoded);
        }
        return List.of(PathGlob.of(pattern), new PathGlob(literals), PathGlob.of(withoutAllParameters(pattern)));
    }

    private static long count(String text, char wanted) {
        long count = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
            count++;
        }
        return count;
    }

    private static PolicyViolation malformed(String detail) {
        return new PolicyViolation(Reason.ENDPOINT_MALFORMED, detail);
    }

    private static PolicyViolation forbiddenHost(String detail) {
        return new PolicyViolation(Reason.ENDPOINT_FORBIDDEN_HOST, detail);
    }
}
