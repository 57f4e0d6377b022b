package io.kafkasend.oauth;

import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret, key or certificate that may be replaced while the portal runs. It is read when it is made and whenever {@link
 * #refresh()} is called; what cannot be read then leaves the last good value in place, and a warning in the log.
 * Thread-safe.
 *
 * @param <T> an immutable type; its {@code equals} tells whether there is something new
 */
public final class Rotated<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Rotated.class);

    /**
     * Where the value comes from.
     *
     * @param <T> the value's type
     */
    @FunctionalInterface
    public interface Source<T> {
        /**
         * Reads the value.
         *
         * @return the value, not null
         * @throws IOException in one line that is fit to be logged
         */
        T read() throws IOException;
    }

    private final String what;
    private final Source<T> source;
    private T value;
    private String lastFault = "";

    private Rotated(String what, Source<T> source, T value) {
        this.what = what;
        this.source = source;
        this.value = Objects.requireNonNull(value, "value");
    }

    /**
     * What never changes.
     *
     * @param value the value
     * @param <T> its type
     * @return it, as one that may be asked for news in vain
     */
    public static <T> Rotated<T> fixed(T value) {
        return new Rotated<>("", () -> value, value);
    }

    /**
     * What is read now for the first time.
     *
     * @param what what it is, for the log, such as {@code client secret}
     * @param source where it comes from
     * @param <T> its type
     * @return the value
     * @throws IOException the source's own, where there is no first value
     */
    public static <T> Rotated<T> from(String what, Source<T> source) throws IOException {
        return new Rotated<>(what, source, source.read());
    }

    /**
     * The last good value.
     *
     * @return the value
     */
    public synchronized T value() {
        return value;
    }

    /**
     * Reads the value again.
     *
     * @return whether there is a new one
     */
    public synchronized boolean refresh() {
        T read;
        try {
            read = source.read();
        } catch (IOException e) {
            return keep(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            return keep(e.getClass().getSimpleName()); // its message may show of what it is
        }
        lastFault = "";
        if (read.equals(value)) {
            return false;
        }
        value = read;
        LOG.atInfo().addKeyValue("what", what).log("secret or key reloaded");
        return true;
    }

    private boolean keep(String fault) {
        if (!lastFault.equals(fault)) {
            LOG.atWarn()
                    .addKeyValue("what", what)
                    .addKeyValue("cause", fault)
                    .log("cannot re-read secret or key; keeping the previous one");
        }
        lastFault = fault;
        return false;
    }

    /**
     * For logs: without the value.
     *
     * @return what it is
     */
    @Override
    public String toString() {
        return "Rotated[" + what + "]";
    }
}
