package io.kafkasend.gateway.http;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** An answer's status and headers, as they are written. Stateless. */
final class AnswerHead {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private AnswerHead() {}

    /**
     * That of an answer, with what the call adds to it.
     *
     * @param bodiless whether no body follows it
     */
    static ClassicHttpResponse of(HttpCall call, HttpAnswer answer, boolean bodiless) {
        ClassicHttpResponse response = new BasicClassicHttpResponse(answer.status());
        answer.headers().forEach(field -> response.addHeader(field.name(), field.value()));
        call.addedToAnswer().forEach(field -> response.setHeader(field.name(), field.value()));
        if (!response.containsHeader(HttpHeaders.DATE)) {
            response.setHeader(HttpHeaders.DATE, DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
        }
        if (call.jobId() != null) {
            response.setHeader("KafkaSend-Job", call.jobId());
        }
        if (!answer.error().isEmpty()) {
            response.setHeader("KafkaSend-Error", answer.error());
        }
        if (!bodiless && answer.length() >= 0) {
            response.setHeader(HttpHeaders.CONTENT_LENGTH, answer.length());
        } else if (!bodiless && call.head().chunkable()) {
            response.setHeader(HttpHeaders.TRANSFER_ENCODING, "chunked");
        }
        return response;
    }
}
