package io.kafkasend.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.maven.artifact.versioning.DefaultArtifactVersion;
import org.apache.maven.artifact.versioning.InvalidVersionSpecificationException;
import org.apache.maven.artifact.versioning.Restriction;
import org.apache.maven.artifact.versioning.VersionRange;

/**
 * A line of {@code src/supply-chain/advisories.tsv}: a known vulnerability of a library.
 *
 * @param id as it was published
 * @param component {@code group:artifact}, where an asterisk stands for any characters
 * @param affected the versions that have it
 * @param whyItStays why such a version may be in use all the same
 */
record Advisory(String id, Pattern component, VersionRange affected, Optional<String> whyItStays) {
    private static final Path FILE = Path.of("src/supply-chain/advisories.tsv");

    static List<Advisory> all() throws IOException {
        return Files.readAllLines(FILE).stream().skip(1).map(Advisory::read).toList();
    }

    private static Advisory read(String line) {
        String[] cells = line.split("\t");
        try {
            return new Advisory(
                    cells[0],
                    Pattern.compile(Pattern.quote(cells[1]).replace("*", "\\E.*\\Q")),
                    VersionRange.createFromVersionSpec(cells[2]),
                    cells.length > 4 ? Optional.of(cells[4]) : Optional.empty());
        } catch (InvalidVersionSpecificationException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    /** Which of the libraries fail the build, and why: those with a known vulnerability of which it is not said why it stays. */
    static List<String> refused(List<Advisory> advisories, List<Component> components) {
        return advisories.stream()
                .filter(advisory -> advisory.whyItStays().isEmpty())
                .flatMap(advisory ->
                        components.stream().filter(advisory::affects).map(used -> used + " has " + advisory.id()))
                .toList();
    }

    boolean affects(Component used) {
        return names(used) && affected.containsVersion(new DefaultArtifactVersion(used.version()));
    }

    /** Whether the library is the one, of whatever version. */
    boolean names(Component used) {
        return component.matcher(used.name()).matches();
    }

    /** The last version of each range that has it. */
    List<String> lastAffected() {
        return affected.getRestrictions().stream().map(Advisory::last).toList();
    }

    private static String last(Restriction range) {
        String end = range.getUpperBound().toString();
        return range.isUpperBoundInclusive() ? end : before(end);
    }

    /** A version before the other one and not before others of its line: 1.5.7-13 of 1.5.7-14, 2.21.999 of 2.22.0. */
    private static String before(String version) {
        Matcher parts = Pattern.compile("(.*?)([.-]?)(\\d+)").matcher(version);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no version to step back from: " + version);
        }
        int number = Integer.parseInt(parts.group(3));
        return number > 0
                ? parts.group(1) + parts.group(2) + (number - 1)
                : before(parts.group(1)) + parts.group(2) + "999";
    }

    /**
     * A library in use.
     *
     * @param name {@code group:artifact}
     */
    record Component(String name, String version) {
        @Override
        public String toString() {
            return name + " " + version;
        }
    }
}
