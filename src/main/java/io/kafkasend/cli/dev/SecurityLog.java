package io.kafkasend.cli.dev;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** What a portal in this process writes to its security log: the reasons, by their stable words. Thread-safe. */
final class SecurityLog extends AppenderBase<ILoggingEvent> {
    private volatile String lastReason = "none";

    private SecurityLog() {}

    /** Takes the log from now on, which is printed no more. */
    static SecurityLog inPlaceOfPrinting() {
        SecurityLog log = new SecurityLog();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Logger logger = context.getLogger("kafkasend.security");
            log.setContext(context);
            log.start();
            logger.setLevel(Level.WARN);
            logger.setAdditive(false);
            logger.addAppender(log);
        }
        return log;
    }

    /** Why the last request was refused; "none" where none was. */
    String lastReason() {
        return lastReason;
    }

    @Override
    protected void append(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.stream()
                    .filter(pair -> pair.key.equals("reason"))
                    .forEach(pair -> lastReason = String.valueOf(pair.value));
        }
    }
}
