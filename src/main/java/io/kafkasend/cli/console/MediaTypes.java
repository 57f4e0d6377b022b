package io.kafkasend.cli.console;

import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Media types: guessed from a name, and told apart by whether they are text. */
public final class MediaTypes {
    /** The type of bytes of which nothing is known. */
    public static final String UNKNOWN = "application/octet-stream";

    private static final Pattern TEXT = Pattern.compile(
            "text/.*|[^/]+/(.*\\+)?(json|xml|yaml)|application/(x-)?(javascript|ndjson|x-www-form-urlencoded)");

    /** Those that Java 17 does not know on every system. */
    private static final Map<String, String> OWN = Map.of(
            "json", "application/json",
            "csv", "text/csv",
            "md", "text/markdown",
            "yaml", "application/yaml",
            "yml", "application/yaml",
            "webp", "image/webp",
            "7z", "application/x-7z-compressed",
            "gz", "application/gzip",
            "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

    private MediaTypes() {}

    /** The type that a file's name suggests; {@code application/octet-stream} where it suggests none. */
    public static String byName(Path file) {
        String name = String.valueOf(file.getFileName());
        String own = OWN.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (own != null) {
            return own;
        }
        String guessed = URLConnection.guessContentTypeFromName(name);
        if (guessed == null) {
            try {
                guessed = Files.probeContentType(file);
            } catch (IOException e) {
                return UNKNOWN;
            }
        }
        return guessed == null ? UNKNOWN : guessed;
    }

    /** Whether a Content-Type, parameters and all, is that of text. */
    public static boolean text(String contentType) {
        return TEXT.matcher(contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .matches();
    }
}
