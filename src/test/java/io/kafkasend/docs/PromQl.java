package io.kafkasend.docs;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus names. It knows words, not grammar: promtool knows that.
 *
 * @param text the expression
 */
record PromQl(String text) {
    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|on|without|ignoring|group_left|group_right) *\\(([^)]*)\\)");
    private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]|\\boffset +\\w+");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.$])[a-zA-Z_][\\w:]*(?! *\\(|[\\w:])");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)\\s*(?:=~|!=|!~|=|,|$)");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool");

    /** The metrics, and the names of recording rules. */
    Set<String> metrics() {
        Set<String> found = new TreeSet<>();
        NAME.matcher(bare()).results().map(name -> name.group()).forEach(found::add);
        found.removeAll(WORDS);
        return found;
    }

    /** Labels that are matched or grouped by. */
    Set<String> labels() {
        String plain = TEXT.matcher(text).replaceAll("");
        Set<String> found = new TreeSet<>();
        MATCHERS.matcher(plain).results().forEach(matchers -> addLabels(found, matchers.group(1)));
        GROUPING.matcher(plain).results().forEach(grouping -> addLabels(found, grouping.group(2)));
        return found;
    }

    private static void addLabels(Set<String> found, String list) {
        Matcher label = LABEL.matcher(list);
        while (label.find()) {
            found.add(label.group(1));
        }
    }

    private String bare() {
        String plain = TEXT.matcher(text).replaceAll("");
        plain = GROUPING.matcher(plain).replaceAll(" ");
        plain = MATCHERS.matcher(plain).replaceAll("");
        return RANGE.matcher(plain).replaceAll("");
    }
}
