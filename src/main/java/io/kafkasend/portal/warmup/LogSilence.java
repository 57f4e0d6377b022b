package io.kafkasend.portal.warmup;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * Keeps what the threads of one group log out of the log, whoever's code it is that logs there; all other threads log as before.
 * It is done where slf4j leads to: in Logback, or in Log4j, which {@code camel run} brings along. Thread-safe.
 */
public interface LogSilence extends AutoCloseable {
    /** The threads may be heard again. */
    @Override
    void close();

    /**
     * Begins it for the caller's own group, and those within it.
     *
     * @return empty where this process's logging cannot be told to, or does not obey
     */
    static Optional<LogSilence> ofThisGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        Optional<LogSilence> begun =
                begin(() -> group.parentOf(Thread.currentThread().getThreadGroup()));
        if (LoggerFactory.getLogger(LogSilence.class).isErrorEnabled()) {
            begun.ifPresent(LogSilence::close); // it is heard all the same
            return Optional.empty();
        }
        return begun;
    }

    private static Optional<LogSilence> begin(BooleanSupplier silent) {
        ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
        try {
            return switch (loggers.getClass().getName()) {
                case "ch.qos.logback.classic.LoggerContext" -> Optional.of(LogbackSilence.in(loggers, silent));
                case "org.apache.logging.slf4j.Log4jLoggerFactory" -> Optional.of(inLog4j(silent));
                default -> loggers instanceof NOPLoggerFactory ? Optional.of(() -> {}) : Optional.empty();
            };
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** By reflection: it is no library of ours. */
    private static LogSilence inLog4j(BooleanSupplier silent) throws ReflectiveOperationException {
        ClassLoader loader = LoggerFactory.getILoggerFactory().getClass().getClassLoader();
        Class<?> filterType = Class.forName("org.apache.logging.log4j.core.Filter", true, loader);
        Class<?> resultType = Class.forName("org.apache.logging.log4j.core.Filter$Result", true, loader);
        Object context = Class.forName("org.apache.logging.log4j.LogManager", true, loader)
                .getMethod("getContext", boolean.class)
                .invoke(null, false);
        Object deny = resultType.getField("DENY").get(null);
        Object neutral = resultType.getField("NEUTRAL").get(null);
        Object filter = Proxy.newProxyInstance(
                filterType.getClassLoader(), new Class<?>[] {filterType}, (self, method, arguments) -> {
                    if (method.getReturnType() == resultType) {
                        boolean denies = method.getName().equals("filter") && silent.getAsBoolean();
                        return denies ? deny : neutral;
                    }
                    return switch (method.getName()) {
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> System.identityHashCode(self);
                        case "toString" -> "silence of a warm-up";
                        case "isStarted" -> true;
                        case "isStopped" -> false;
                        default -> null;
                    };
                });
        context.getClass().getMethod("addFilter", filterType).invoke(context, filter);
        return () -> {
            try {
                context.getClass().getMethod("removeFilter", filterType).invoke(context, filter);
            } catch (InvocationTargetException | NoSuchMethodException | IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        };
    }
}
