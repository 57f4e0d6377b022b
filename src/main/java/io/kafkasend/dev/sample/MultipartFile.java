package io.kafkasend.dev.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one part, named {@code file}, of a multipart/form-data body (RFC 7578), read as a stream with bounded memory.
 *
 * @param filename the file's name, or null
 * @param contentType the part's Content-Type, or null
 */
record MultipartFile(String filename, String contentType) {

    /** The body is not what RFC 7578 says, or not exactly one part {@code file}. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    private static final Pattern BOUNDARY = Pattern.compile(
            ";\\s*boundary\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"]+))", Pattern.CASE_INSENSITIVE);
    private static final Pattern BOUNDARY_CHARACTERS =
            Pattern.compile("[0-9A-Za-z'()+_,\\-./:=? ]{0,69}[0-9A-Za-z'()+_,\\-./:=?]");
    private static final Pattern DISPOSITION_PARAMETER = Pattern.compile(
            "\\G\\s*;\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"]+))");
    private static final int MAX_HEADER_BYTES = 16 * 1024;

    /**
     * Finds the boundary.
     *
     * @param contentType the request's Content-Type, which starts with multipart/form-data
     */
    static String boundaryOf(String contentType) throws MalformedException {
        Matcher matcher = BOUNDARY.matcher(contentType);
        if (!matcher.find()) {
            throw new MalformedException("the Content-Type names no boundary");
        }
        String boundary = matcher.group(1) != null ? unescape(matcher.group(1)) : matcher.group(2);
        if (!BOUNDARY_CHARACTERS.matcher(boundary).matches()) {
            throw new MalformedException("the boundary is not 1 to 70 of the characters that RFC 2046 allows");
        }
        return boundary;
    }

    /**
     * Reads a body to its end.
     *
     * @param body the request's body
     * @param boundary the boundary, without its leading dashes
     * @param sink gets the file's bytes as they come
     */
    static MultipartFile read(InputStream body, String boundary, OutputStream sink)
            throws IOException, MalformedException {
        Source source = new Source(body, boundary);
        source.skipToFirstPart();
        String headers = source.readHeaders();
        MultipartFile file = parseHeaders(headers);
        source.copyPart(sink);
        if (!source.atClosingDelimiter()) {
            throw new MalformedException("there is more than one part");
        }
        body.transferTo(OutputStream.nullOutputStream());
        return file;
    }

    private static MultipartFile parseHeaders(String headers) throws MalformedException {
        String disposition = null;
        String contentType = null;
        for (String line : headers.split("\r\n")) {
            if (line.isEmpty()) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new MalformedException("a header of the part has no name");
            }
            String value = line.substring(colon + 1).trim();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> disposition = value;
                case "content-type" -> contentType = value;
                case "content-transfer-encoding" -> {
                    if (!value.equalsIgnoreCase("binary") && !value.equalsIgnoreCase("8bit")) {
                        throw new MalformedException("the part is transfer-encoded, which RFC 7578 forbids");
                    }
                }
                default -> {}
            }
        }
        if (disposition == null || !disposition.split(";", 2)[0].trim().equalsIgnoreCase("form-data")) {
            throw new MalformedException("the part has no Content-Disposition: form-data");
        }
        String name = null;
        String filename = null;
        Matcher parameter = DISPOSITION_PARAMETER.matcher(disposition);
        int end = disposition.indexOf(';') < 0 ? disposition.length() : disposition.indexOf(';');
        parameter.region(end, disposition.length());
        while (parameter.find()) {
            String value = parameter.group(2) != null ? unescape(parameter.group(2)) : parameter.group(3);
            switch (parameter.group(1).toLowerCase(Locale.ROOT)) {
                case "name" -> name = value;
                case "filename" -> filename = value;
                default -> {}
            }
            end = parameter.end();
        }
        if (!disposition.substring(end).isBlank()) {
            throw new MalformedException("the part's Content-Disposition is not well formed");
        }
        if (!"file".equals(name)) {
            throw new MalformedException("the part is not named file");
        }
        return new MultipartFile(filename, contentType);
    }

    /** Undoes backslashes (RFC 2183) and the three escapes that browsers use (WHATWG, multipart/form-data). */
    private static String unescape(String quoted) {
        return quoted.replaceAll("\\\\([\"\\\\])", "$1")
                .replace("%22", "\"")
                .replace("%0D", "\r")
                .replace("%0A", "\n");
    }

    /** The body with a buffer before it, which always holds at least a whole delimiter or the body's end. */
    private static final class Source {

        private final InputStream body;
        private final byte[] delimiter;
        private final byte[] buffer = new byte[64 * 1024];
        private int from;
        private int to;
        private boolean ended;

        Source(InputStream body, String boundary) {
            this.body = body;
            delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
            // The first delimiter may stand at the very beginning: it then lacks its line break.
            buffer[0] = '\r';
            buffer[1] = '\n';
            to = 2;
        }

        void skipToFirstPart() throws IOException, MalformedException {
            copyPart(OutputStream.nullOutputStream());
            if (atClosingDelimiter()) {
                throw new MalformedException("there is no part");
            }
        }

        /** Copies what comes before the next delimiter, and passes that. */
        void copyPart(OutputStream sink) throws IOException, MalformedException {
            while (true) {
                fill();
                int found = indexOfDelimiter();
                if (found >= 0) {
                    sink.write(buffer, from, found - from);
                    from = found + delimiter.length;
                    return;
                }
                if (ended) {
                    throw new MalformedException("the body ends before its closing delimiter");
                }
                int safe = to - delimiter.length + 1;
                if (safe > from) {
                    sink.write(buffer, from, safe - from);
                    from = safe;
                }
            }
        }

        /** After a delimiter: passes the rest of its line, and says whether it was the closing one. */
        boolean atClosingDelimiter() throws IOException, MalformedException {
            if (next() == '-') {
                if (next() != '-') {
                    throw new MalformedException("a delimiter is followed by neither a line break nor --");
                }
                return true;
            }
            from--;
            int c = next();
            while (c == ' ' || c == '\t') {
                c = next();
            }
            if (c != '\r' || next() != '\n') {
                throw new MalformedException("a delimiter is followed by neither a line break nor --");
            }
            return false;
        }

        /** Reads the part's headers, and passes the empty line after them. */
        String readHeaders() throws IOException, MalformedException {
            byte[] headers = new byte[MAX_HEADER_BYTES];
            int length = 0;
            int lineStart = 0;
            while (true) {
                if (length == headers.length) {
                    throw new MalformedException("the part's headers exceed " + MAX_HEADER_BYTES + " bytes");
                }
                headers[length++] = (byte) next();
                if (length - lineStart >= 2 && headers[length - 2] == '\r' && headers[length - 1] == '\n') {
                    if (length - lineStart == 2) {
                        return new String(headers, 0, length, StandardCharsets.UTF_8);
                    }
                    lineStart = length;
                }
            }
        }

        private int next() throws IOException, MalformedException {
            if (from == to) {
                fill();
            }
            if (from == to) {
                throw new MalformedException("the body ends before its closing delimiter");
            }
            return buffer[from++] & 0xff;
        }

        private void fill() throws IOException {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
            while (!ended && to < buffer.length) {
                int count = body.read(buffer, to, buffer.length - to);
                if (count < 0) {
                    ended = true;
                } else {
                    to += count;
                }
            }
        }

        private int indexOfDelimiter() {
            int last = to - delimiter.length;
            for (int i = from; i <= last; i++) {
                if (buffer[i] == '\r'
                        && Arrays.equals(buffer, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
                    return i;
                }
            }
            return -1;
        }
    }
}
