package io.kafkasend.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Keys of a terminal, each as it is pressed; {@link #close} makes the terminal what it was. Not thread-safe. */
public final class Keys implements AutoCloseable {
    /** No key was pressed in time. */
    public static final int NONE = -1;
    /** None will be any more. */
    public static final int END = -2;

    private static final Path TERMINAL = Path.of("/dev/tty");
    private static final long LOOK_MILLIS = 50;

    private final InputStream in;
    /** How the terminal was; null where it was not changed. */
    private final String before;

    private Keys(InputStream in, String before) {
        this.in = in;
        this.before = before;
    }

    /** Those that a command's user presses: without waiting for the line's end, where standard input is a terminal. */
    public static Keys of(Console surroundings) {
        if (surroundings.in() != System.in) {
            return new Keys(surroundings.in(), null);
        }
        String before = stty("-g");
        if (before != null && stty("-icanon", "-echo") == null) {
            before = null;
        }
        return new Keys(surroundings.in(), before);
    }

    /**
     * Waits for a key.
     *
     * @return the byte, or {@link #NONE}, or {@link #END}
     */
    public int within(Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        try {
            do {
                if (in.available() > 0) {
                    int key = in.read();
                    return key < 0 ? END : key;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } while (System.nanoTime() - end < 0);
            return NONE;
        } catch (IOException e) {
            return END;
        }
    }

    @Override
    public void close() {
        if (before != null) {
            stty(before);
        }
    }

    /** What stty says; null where it could not do so. */
    private static String stty(String... arguments) {
        try {
            String[] command = new String[arguments.length + 1];
            command[0] = "stty";
            System.arraycopy(arguments, 0, command, 1, arguments.length);
            Process stty = new ProcessBuilder(command)
                    .redirectInput(TERMINAL.toFile())
                    .redirectError(Redirect.DISCARD)
                    .start();
            try (InputStream out = stty.getInputStream()) {
                String said = new String(out.readAllBytes(), StandardCharsets.US_ASCII).strip();
                return stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 ? said : null;
            }
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
