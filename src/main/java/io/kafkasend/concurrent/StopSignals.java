package io.kafkasend.concurrent;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * SIGTERM and SIGINT: the first asks for an end in good order, a second ends the process at once. A shutdown hook can do
 * neither: the JVM then exits with 143 whatever the hook comes to, and takes no second signal while hooks run. Thread-safe.
 */
public final class StopSignals {
    /** What a shell reports for a process that a signal ended: this much and the signal's number. */
    private static final int ENDED_BY_SIGNAL = 128;

    private final Runnable stop;
    private boolean asked;

    private StopSignals(Runnable stop) {
        this.stop = stop;
    }

    /**
     * Handles the signals from now on.
     *
     * @param stop called at the first of them; must not block
     * @throws ReflectiveOperationException where this Java has no such signals
     */
    public static void handle(Runnable stop) throws ReflectiveOperationException {
        StopSignals signals = new StopSignals(stop);
        // By reflection, since javac warns of sun.misc, the only way to signals that Java has.
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        InvocationHandler handle = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                signals.came((int) signal.getMethod("getNumber").invoke(arguments[0]));
                yield null;
            }
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> "StopSignals";
        };
        Object listener = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, handle);
        for (String name : new String[] {"TERM", "INT"}) {
            Object named = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, named, listener);
        }
    }

    private synchronized void came(int number) {
        if (asked) {
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL + number);
        }
        asked = true;
        try {
            stop.run();
        } catch (Throwable e) { // no good order is to be had
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL + number);
        }
    }
}
