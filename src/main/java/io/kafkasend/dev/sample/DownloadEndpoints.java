package io.kafkasend.dev.sample;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;

/** Endpoints that answer with a body. */
final class DownloadEndpoints {
    /** The largest body, in bytes. */
    static final long MAX_BYTES = 1L << 30;

    private static final String LATIN_TEXT = "Größe, naïve, façade, señor. ";
    private static final String WIDE_TEXT = "€ 漢字 😀 𝄞. ";

    private DownloadEndpoints() {}

    /** A document, of the size that the query says. */
    static Answer document(String name, Query query) throws BadRequestException {
        long size = query.number("size", 1024, 0, MAX_BYTES);
        return Answer.bytes(size, out -> new SampleDocument(name, size).transferTo(out));
    }

    /** A body to measure with. */
    static Answer bulk(Query query) throws BadRequestException {
        long size = query.number("size", 1024, 0, MAX_BYTES);
        BulkBody content = BulkBody.named(query.text("content", "random"))
                .orElseThrow(() -> new BadRequestException("content must be random or compressible"));
        return Answer.bytes(size, out -> content.writeTo(out, size));
    }

    /** Text in a character set. */
    static Answer text(Query query) throws BadRequestException {
        Charset charset;
        try {
            charset = Charset.forName(query.text("charset", "UTF-8"));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new BadRequestException("the charset is not known");
        }
        if (!charset.canEncode()) {
            throw new BadRequestException("the charset cannot be written");
        }
        int repeat = (int) query.number("repeat", 1, 1, 100_000);
        byte[] all = text(charset, repeat).getBytes(charset);
        return (exchange, got) -> {
            exchange.set("Content-Type", "text/plain; charset=" + charset.name());
            exchange.send(200, all);
        };
    }

    /** That text: of non-ASCII characters those that the character set has. */
    static String text(Charset charset, int repeat) {
        StringBuilder once = new StringBuilder("Plain. ");
        for (String text : List.of(LATIN_TEXT, WIDE_TEXT)) {
            if (charset.canEncode() && charset.newEncoder().canEncode(text)) {
                once.append(text);
            }
        }
        return once.toString().repeat(repeat);
    }
}
