package io.kafkasend.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown file of the project, with what is within code taken out where text is meant.
 *
 * @param path from the project's folder
 */
record MarkdownFile(Path path) implements Comparable<MarkdownFile> {
    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git", ".venv");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```$");
    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern ENTRY = Pattern.compile("^([-*]|\\d+\\.) +(\\[[ x]\\] )?");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

    /** Every one, those of examples, manifests and vectors too. */
    static List<MarkdownFile> all() {
        List<MarkdownFile> found = new ArrayList<>();
        try {
            Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return NOT_OURS.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(".md")) {
                        found.add(new MarkdownFile(file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }

    String text() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its text without blocks of code. */
    String prose() {
        return FENCE.matcher(text()).replaceAll("");
    }

    /** Its paragraphs and the entries of its lists, each on one line; no tables, headings and comments. */
    List<String> paragraphs() {
        return paragraphs(text());
    }

    static List<String> paragraphs(String text) {
        String prose = COMMENT.matcher(FENCE.matcher(text).replaceAll("")).replaceAll("");
        List<String> found = new ArrayList<>();
        boolean open = false;
        for (String line : prose.lines().toList()) {
            String words = line.strip();
            boolean entry = ENTRY.matcher(words).lookingAt();
            if (words.isEmpty() || words.startsWith("|") || words.startsWith("#")) {
                open = false;
            } else if (open && !entry) {
                found.set(found.size() - 1, found.get(found.size() - 1) + " " + words);
            } else {
                found.add(ENTRY.matcher(words).replaceFirst(""));
                open = true;
            }
        }
        return found;
    }

    /** Where its links and images lead, as they are written. */
    List<String> links() {
        return LINK.matcher(prose()).results().map(link -> link.group(1)).toList();
    }

    /** The file that a relative link leads to, from the project's folder. */
    Path target(String link) {
        String file = link.replaceFirst("#.*", "");
        return file.isEmpty() ? path : path.resolveSibling(file).normalize();
    }

    List<String> headings() {
        return HEADING.matcher(prose())
                .results()
                .map(heading -> heading.group(1))
                .toList();
    }

    /** What its headings are linked by, as GitHub makes it of them. */
    List<String> anchors() {
        return headings().stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    Stream<MatchResult> matches(Pattern pattern) {
        return pattern.matcher(text()).results();
    }

    @Override
    public int compareTo(MarkdownFile other) {
        return path.compareTo(other.path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
