package io.kafkasend.portal.warmup;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.function.BooleanSupplier;
import org.slf4j.ILoggerFactory;
import org.slf4j.Marker;

/** Silence where Logback logs. A class of its own, which is loaded only where Logback is. Thread-safe. */
final class LogbackSilence extends TurboFilter implements LogSilence {
    private final LoggerContext loggers;
    private final BooleanSupplier silent;

    private LogbackSilence(LoggerContext loggers, BooleanSupplier silent) {
        this.loggers = loggers;
        this.silent = silent;
    }

    static LogSilence in(ILoggerFactory loggers, BooleanSupplier silent) {
        LogbackSilence silence = new LogbackSilence((LoggerContext) loggers, silent);
        silence.loggers.addTurboFilter(silence);
        return silence;
    }

    @Override
    public FilterReply decide(
            Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable failure) {
        return silent.getAsBoolean() ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    @Override
    public void close() {
        loggers.getTurboFilterList().remove(this);
    }
}
