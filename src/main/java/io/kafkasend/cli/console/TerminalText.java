package io.kafkasend.cli.console;

import io.kafkasend.client.Answer;

/** Tells what may be shown to a person. */
public final class TerminalText {
    private TerminalText() {}

    /**
     * Whether the body is text: no character that is none in its charset, no control but white space. To be shown through
     * {@link io.kafkasend.security.Printable#lines}, since text may turn, hide or overwrite what stands beside it.
     */
    public static boolean is(Answer answer) {
        return answer.text()
                .chars()
                .allMatch(c -> c == '\n'
                        || c == '\r'
                        || c == '\t'
                        || c >= ' ' && c != 0x7F && c != 0xFFFD && !(c >= 0x80 && c < 0xA0));
    }

    /** Whether the body is text by its Content-Type, or by its characters where it has none. */
    public static boolean isText(Answer answer) {
        return answer.header("Content-Type")
                .map(type -> MediaTypes.text(type) && answer.text().indexOf('\uFFFD') < 0)
                .orElseGet(() -> is(answer));
    }
}
