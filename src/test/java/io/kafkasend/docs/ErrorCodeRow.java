package io.kafkasend.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the operator's table says of an error code.
 *
 * @param place where it arises
 * @param counts whether it costs of the error budget
 */
record ErrorCodeRow(String code, String place, boolean counts) {
    static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z0-9_]+)` \\| ([A-Za-z ]+) \\| (yes|no) \\| [^|]+ \\|$");

    static List<ErrorCodeRow> all() {
        return new MarkdownFile(Path.of("docs/operate/troubleshooting.md"))
                .matches(ROW)
                .map(row -> new ErrorCodeRow(
                        row.group(1), row.group(2), row.group(3).equals("yes")))
                .toList();
    }
}
