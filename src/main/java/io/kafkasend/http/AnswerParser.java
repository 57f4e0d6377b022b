package io.kafkasend.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * Reads the heads of one connection's answers. Stricter than the HTTP client's own, which skips lines until one looks like a
 * status line, and takes a head that broke off for a whole one. Not thread-safe.
 */
final class AnswerParser extends DefaultHttpResponseParser {
    private static final String VERSION = "HTTP/1.";
    private static final int TLS_ALERT = 0x15;
    private static final int SHOWN_DIGITS = 10;

    private SessionInputBuffer buffer;

    AnswerParser() {
        super(
                Http1Config.custom()
                        .setMaxLineLength(DirectConnections.HEAD_BYTES)
                        .setMaxHeaderCount(DirectConnections.FIELDS + 1) // the first that is not taken
                        .build(),
                BasicLineParser.INSTANCE,
                null);
    }

    /** How many bytes were read from the connection and belong to no answer yet. */
    int buffered() {
        return buffer == null ? 0 : buffer.length();
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer read, InputStream in) throws IOException, HttpException {
        buffer = read;
        EndSensor sensor = new EndSensor(in);
        ClassicHttpResponse head = super.parse(read, sensor);
        if (head != null && sensor.ended) {
            throw new ConnectionClosedException("the answer's head ended before its end");
        }
        return head;
    }

    /** Lines within the bound may be many: what has come of the head counts before more of it is read. */
    private static void requireRoom(long read) throws MessageConstraintException {
        if (read > DirectConnections.HEAD_BYTES) {
            throw new MessageConstraintException("the head has " + read + " bytes already");
        }
    }

    @Override
    protected ClassicHttpResponse createMessage(CharArrayBuffer line) throws IOException, HttpException {
        int at = VERSION.length() + 1;
        if (line.length() <= at || !line.substring(0, at - 1).equals(VERSION) || line.charAt(at) != ' ') {
            throw new InvalidAnswerException("it is no HTTP/1 answer" + guess(line));
        }
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        int end = at;
        while (end < line.length() && line.charAt(end) != ' ') {
            end++;
        }
        String status = line.substring(at, end);
        if (!status.matches("[1-5][0-9]{2}")) {
            throw new InvalidAnswerException(
                    status.matches("[0-9]{1," + SHOWN_DIGITS + "}")
                            ? "its status is " + status + ", and HTTP's are 100 to 599"
                            : "its status is no number of three digits");
        }
        return super.createMessage(line);
    }

    /** What most often stands behind it, for who set the URL. */
    private static String guess(CharArrayBuffer line) {
        if (line.length() > 0 && line.charAt(0) == TLS_ALERT) {
            return "; it looks like TLS: is the URL to begin with https?";
        }
        if (line.length() > 0 && line.charAt(0) == 0
                || line.length() >= 6 && line.substring(0, 6).equals("HTTP/2")) {
            return "; it looks like HTTP/2, which is not spoken here";
        }
        return "";
    }

    /** Tells a head that ended from one that broke off, and keeps it within its bound. */
    private static final class EndSensor extends FilterInputStream {
        private boolean ended;
        private long length;

        EndSensor(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int most) throws IOException {
            requireRoom(length);
            int read = super.read(bytes, offset, most);
            ended |= read < 0;
            length += Math.max(0, read);
            return read;
        }

        @Override
        public void close() {
            // the connection closes it
        }
    }
}
