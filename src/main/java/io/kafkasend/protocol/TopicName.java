package io.kafkasend.protocol;

/** What Kafka takes as the name of a topic. */
public final class TopicName {
    /** The form of such a name, as it ends a sentence. */
    public static final String FORM = "a topic's name: letters, digits, '.', '_' and '-'";

    private TopicName() {}

    /** Whether a topic may have this name. */
    public static boolean fits(String name) {
        return !name.isEmpty()
                && name.length() <= Limits.TOPIC_CHARS
                && name.chars().allMatch(TopicName::mayHold)
                && !isDirectory(name);
    }

    /** Whether the name may hold this character. */
    public static boolean mayHold(int character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || character == '.'
                || character == '_'
                || character == '-';
    }

    /** Whether it is the name of a directory in every directory, which no topic may have. */
    public static boolean isDirectory(String name) {
        return name.equals(".") || name.equals("..");
    }
}
