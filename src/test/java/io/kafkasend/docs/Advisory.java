package io.kafkasend.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.maven.artifact.versioning.DefaultArtifactVersion;
import org.apache.maven.artifact.versioning.InvalidVersionSpecificationException;
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

    boolean affects(Component used) {
        return component.matcher(used.name()).matches()
                && affected.containsVersion(new DefaultArtifactVersion(used.version()));
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
