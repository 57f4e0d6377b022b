package io.kafkasend.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells once that a collector takes nothing, and once that it takes traces again. Thread-safe. */
final class ToldExport implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(ToldExport.class);
    private static final int MOST_CHARS = 200;

    private final SpanExporter exporter;
    private final String target;
    /** How many spans are lost since the collector was told to be away; -1 while it is not. */
    private long lost = -1;

    /**
     * @param exporter what sends
     * @param target the collector's URL, for the log
     */
    ToldExport(SpanExporter exporter, String target) {
        this.exporter = exporter;
        this.target = target;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size(); // of a list that is used again
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> tell(result, count));
    }

    private synchronized void tell(CompletableResultCode result, int count) {
        if (result.isSuccess()) {
            if (lost >= 0) {
                LOG.atInfo()
                        .addKeyValue("url", target)
                        .addKeyValue("lost", lost)
                        .log("traces are exported again");
                lost = -1;
            }
            return;
        }
        if (lost < 0) {
            lost = 0;
            LOG.atWarn()
                    .addKeyValue("url", target)
                    .addKeyValue("reason", reason(result.getFailureThrowable()))
                    .log("traces cannot be exported and are lost; jobs go on");
        }
        lost += count;
    }

    /** In one line, without what a collector may have written. */
    static String reason(Throwable failure) {
        if (failure == null) {
            return "it does not take them";
        }
        Throwable cause = failure;
        while (true) {
            if (cause instanceof ConnectException) {
                return "it cannot be connected to"; // what the JDK has below that says nothing
            }
            if (cause instanceof HttpTimeoutException) {
                return "it does not answer in time";
            }
            if (cause.getCause() == null) {
                break;
            }
            cause = cause.getCause();
        }
        String text = cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > MOST_CHARS ? line.substring(0, MOST_CHARS) : line;
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
