package io.kafkasend.cli.console;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A command's standard output, in UTF-8 whatever the locale. What a {@link PrintStream} forgets is kept: why it could not be
 * written. Thread-safe.
 */
public final class StandardOutput extends PrintStream {
    private static final int BUFFER_BYTES = 8_192;

    private final Recording recording;

    /**
     * @param out where it goes
     */
    public StandardOutput(OutputStream out) {
        this(new Recording(out));
    }

    private StandardOutput(Recording recording) {
        super(new BufferedOutputStream(recording, BUFFER_BYTES), true, StandardCharsets.UTF_8);
        this.recording = recording;
    }

    /** The same output for bytes: writing throws where it fails. Nothing may be printed while it is in use. */
    public OutputStream raw() {
        flush();
        return recording;
    }

    /** In one line why something could not be written, as the system says it; empty where all was. */
    public Optional<String> failure() {
        flush();
        return Optional.ofNullable(recording.failure)
                .map(failure -> "standard output cannot be written: "
                        + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
    }

    /**
     * For a command that does not end soon.
     *
     * @throws UncheckedIOException where something could not be written
     */
    public void requireWritten() {
        failure().ifPresent(line -> {
            throw new UncheckedIOException(line, recording.failure);
        });
    }

    /** Whether that is because nobody reads it any more, as after {@code | head}: nobody misses the rest. */
    public boolean readerWentAway() {
        return failure().filter(reason -> reason.contains("Broken pipe")).isPresent();
    }

    /** Remembers the first failure. */
    private static final class Recording extends FilterOutputStream {
        private volatile IOException failure;

        Recording(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
                requireWritten();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }

        /** A print stream keeps its failures to itself. */
        private void requireWritten() throws IOException {
            if (out instanceof PrintStream stream && stream.checkError()) {
                throw new IOException("it takes nothing");
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
                requireWritten();
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
