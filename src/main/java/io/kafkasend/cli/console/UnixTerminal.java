package io.kafkasend.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A terminal, whose size {@code stty} tells: Java cannot. It is asked when the size is first wanted, and again after each SIGWINCH, which
 * says that a terminal has another size.
 */
final class UnixTerminal implements Terminal {
    private static final int LEAST = 20;
    private static final int MOST = 1_000;
    private static final int USUAL = 80;
    private static final int USUAL_ROWS = 24;

    private final Path device;
    private final String columnsVariable;
    private boolean watched;
    private volatile boolean stale = true;
    private volatile int columns;
    private volatile int rows = USUAL_ROWS;

    /**
     * @param device the terminal's file
     * @param columnsVariable what the shell says in {@code COLUMNS}, for where nobody else knows; or null
     */
    UnixTerminal(Path device, String columnsVariable) {
        this.device = device;
        this.columnsVariable = columnsVariable;
    }

    @Override
    public int columns() {
        if (stale) {
            measure();
        }
        return columns;
    }

    @Override
    public int rows() {
        columns();
        return rows;
    }

    private synchronized void measure() {
        if (!watched) {
            watched = true;
            watch();
        }
        if (stale) {
            stale = false;
            columns = Math.max(LEAST, Math.min(MOST, asked()));
        }
    }

    private int asked() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(device.toFile())
                    .redirectError(Redirect.DISCARD)
                    .start();
            try (InputStream out = stty.getInputStream()) {
                if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                    stty.destroyForcibly();
                    return otherwise();
                }
                String[] size = new String(out.readAllBytes(), StandardCharsets.US_ASCII)
                        .strip()
                        .split(" ");
                if (size.length == 2 && Integer.parseInt(size[0]) > 1) {
                    rows = Integer.parseInt(size[0]);
                }
                int told = size.length == 2 ? Integer.parseInt(size[1]) : 0;
                return told > 0 ? told : otherwise();
            }
        } catch (IOException | NumberFormatException e) {
            return otherwise();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise();
        }
    }

    private int otherwise() {
        return columnsVariable != null && columnsVariable.matches("[1-9]\\d{0,3}")
                ? Integer.parseInt(columnsVariable)
                : USUAL;
    }

    /** By reflection, since javac warns of sun.misc, the only way to signals that Java has. */
    private void watch() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler resized = (proxy, method, arguments) -> {
                stale |= method.getName().equals("handle");
                return switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> null;
                };
            };
            Object listener = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, resized);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("WINCH"), listener);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Without the signal the size stays what it was.
        }
    }
}
