package io.kafkasend.protocol.codec;

import io.kafkasend.protocol.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts text into CHUNKs by what each takes as a JSON string in UTF-8: quotes, backslashes and controls grow, and no
 * character is cut in two. Thread-safe.
 */
public final class TextCutter {
    private final int maxBytes;

    /** Cuts at {@link Limits#TEXT_CHUNK_BYTES}. */
    public TextCutter() {
        this(Limits.TEXT_CHUNK_BYTES);
    }

    /**
     * @param maxBytes the most bytes that a piece takes in its JSON form, at least 6
     */
    TextCutter(int maxBytes) {
        if (maxBytes < 6) {
            throw new IllegalArgumentException("a piece must hold at least one escaped character");
        }
        this.maxBytes = maxBytes;
    }

    /** The pieces, in order; none for empty text. Their concatenation is the text. */
    public List<String> cut(String text) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        int size = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            int bytes = jsonBytes(character);
            if (size + bytes > maxBytes) {
                pieces.add(text.substring(start, i));
                start = i;
                size = 0;
            }
            size += bytes;
            i += Character.charCount(character);
        }
        if (start < text.length()) {
            pieces.add(text.substring(start));
        }
        return pieces;
    }

    /** What a character takes in a JSON string as the writer writes it. */
    static int jsonBytes(int character) {
        if (character < 0x20) {
            return character == '\b' || character == '\t' || character == '\n' || character == '\f' || character == '\r'
                    ? 2
                    : 6;
        }
        if (character == '"' || character == '\\') {
            return 2;
        }
        return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    }
}
