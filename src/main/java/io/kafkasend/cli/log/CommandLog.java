package io.kafkasend.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import java.nio.charset.StandardCharsets;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The log of a command that ends soon: the same lines at the same levels as logback.xml has them, without the time that it takes to find
 * and read that file, and to make an appender that most often has nothing to write. Thread-safe once initialised.
 */
public final class CommandLog implements SLF4JServiceProvider {
    /** As in logback.xml. */
    static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20} %text(%msg) %pairs%n%trace(%ex{short})";

    private final LoggerContext context = new LoggerContext();
    private final MDCAdapter mdc = new LogbackMDCAdapter();

    @Override
    public void initialize() {
        context.setName("default");
        context.setMDCAdapter((LogbackMDCAdapter) mdc);
        String kafkas = System.getProperty("kafkasend.kafka.log.level", "ERROR");
        level("io.kafkasend", System.getProperty("kafkasend.log.level", "INFO"));
        level("kafkasend.security", "INFO");
        level("org.apache.camel", "WARN");
        level("org.apache.hc", "WARN");
        level("org.apache.kafka", kafkas);
        level("kafka", kafkas);
        level("state.change.logger", kafkas);
        level("ROOT", "WARN");
        FirstLine appender = new FirstLine();
        appender.setContext(context);
        appender.start();
        context.getLogger("ROOT").addAppender(appender);
        context.start();
    }

    private void level(String logger, String level) {
        context.getLogger(logger).setLevel(Level.toLevel(level));
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return context;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return mdc;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    /** Makes what writes to standard error when there is something to write. */
    private static final class FirstLine extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private ConsoleAppender<ILoggingEvent> console;

        @Override
        protected void append(ILoggingEvent event) {
            console().doAppend(event);
        }

        private synchronized ConsoleAppender<ILoggingEvent> console() {
            if (console == null) {
                PatternLayout layout = new PatternLayout();
                layout.getInstanceConverterMap().put("text", LogText::new);
                layout.getInstanceConverterMap().put("pairs", LogPairs::new);
                layout.getInstanceConverterMap().put("trace", LogTrace::new);
                layout.setContext(context);
                layout.setPattern(PATTERN);
                layout.start();
                LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
                encoder.setContext(context);
                encoder.setCharset(StandardCharsets.UTF_8);
                encoder.setLayout(layout);
                encoder.start();
                console = new ConsoleAppender<>();
                console.setContext(context);
                console.setTarget(ConsoleTarget.SystemErr.getName());
                console.setEncoder(encoder);
                console.start();
            }
            return console;
        }
    }
}
