package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.Problem;
import io.kafkasend.security.Printable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line for each request: who, what, with which outcome; no query, no header, no content. Stateless. */
final class AccessLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.kafkasend.gateway.Access");
    private static final int MOST = 200;

    void answered(HttpCall call, long sent) {
        HttpAnswer answer = call.answer();
        LoggingEventBuilder line = line(LOG.atInfo(), call, sent).addKeyValue("status", answer.status());
        if (!answer.error().isEmpty()) {
            line = line.addKeyValue("code", Printable.of(answer.error(), MOST));
        }
        line.log("answered");
    }

    /** @param unread why the answer was not read to its end; null where it was the caller who went away */
    void brokenOff(HttpCall call, IOException unread, long sent) {
        boolean gone = unread == null || call.isGone();
        LoggingEventBuilder line = line(gone ? LOG.atInfo() : LOG.atWarn(), call, sent);
        if (gone) {
            line.log("the caller went away before its answer was whole");
        } else {
            line.addKeyValue("reason", Printable.of(unread.getMessage(), MOST))
                    .log("the answer broke off, and the connection with it");
        }
    }

    void malformed(HttpCall call, Problem problem) {
        LOG.atWarn()
                .addKeyValue("peer", call.peer().getHostAddress())
                .addKeyValue("status", problem.status())
                .addKeyValue("reason", problem.detail())
                .log("a request was malformed");
    }

    void droppedTrailers(HttpCall call) {
        LOG.atInfo().addKeyValue("job_id", call.jobId()).log("the request's trailers were dropped");
    }

    private static LoggingEventBuilder line(LoggingEventBuilder builder, HttpCall call, long sent) {
        LoggingEventBuilder line = builder.addKeyValue(
                        "method", Printable.of(call.head().method(), MOST))
                .addKeyValue("path", Printable.of(call.head().path(), MOST))
                .addKeyValue("received_bytes", call.body().bytes())
                .addKeyValue("sent_bytes", sent)
                .addKeyValue("millis", call.millis());
        if (call.jobId() != null) {
            line = line.addKeyValue("job_id", call.jobId());
        }
        return call.caller().isEmpty() ? line : line.addKeyValue("caller", call.caller());
    }
}
