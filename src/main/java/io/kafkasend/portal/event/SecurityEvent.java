package io.kafkasend.portal.event;

import java.util.List;
import java.util.Locale;
import org.slf4j.event.Level;

/**
 * What the portal tells under the logger {@code kafkasend.security}: the name of each event, how loud it is, when it comes
 * and which keys it has. The table in docs/operate/security-events.md is compared with this.
 */
enum SecurityEvent {
    /** Policy forbids a request. */
    REQUEST_REFUSED(
            Level.WARN,
            "policy forbids the endpoint: `ENDPOINT_NOT_ALLOWED`, `ENDPOINT_MALFORMED`, `ENDPOINT_FORBIDDEN_HOST`; or the"
                    + " client: `SIGNATURE_REQUIRED`, `SIGNATURE_INVALID`, `SIGNATURE_EXPIRED`, `SIGNATURE_REPLAYED`,"
                    + " `AUTHENTICATION_UNAVAILABLE`, `CLIENT_NOT_ALLOWED`, `METHOD_NOT_ALLOWED`, `HEADER_NOT_ALLOWED`, `REPLY_TOPIC_NOT_ALLOWED`,"
                    + " `RATE_LIMITED`. `client` is who signed, once that is certain; `path` the endpoint's, without its query;"
                    + " `rule` what refuses: `allow-list`, `deny-list`, `client-policy`, `signature` or `syntax`",
            "job_id",
            "client",
            "path",
            "rule",
            "reason",
            "detail"),
    /** A message would touch another's job. */
    MESSAGE_IGNORED(
            Level.WARN,
            "a message that would touch a job without being its client's, or a copy of a signed START; it changes nothing and"
                    + " gets no ERROR",
            "job_id",
            "client",
            "record",
            "reason",
            "detail"),
    /** Keys or policies are wrong. */
    CLIENT_FILE_REJECTED(
            Level.ERROR,
            "a key or the file of policies has changed and is invalid; the previous version stays in force",
            "detail"),
    /** A record breaks the protocol. */
    MESSAGE_REJECTED(
            Level.WARN,
            "a record breaks the protocol; `job_id=\"none\"` names no client, who then gets no ERROR",
            "job_id",
            "record",
            "reason"),
    /** Permissive mode let something pass. */
    REQUEST_SUSPICIOUS(
            Level.WARN,
            "permissive mode let pass what strict mode refuses; once for each request",
            "job_id",
            "reason",
            "detail"),
    /** An address is not connected to. */
    ADDRESS_REFUSED(
            Level.WARN,
            "API, token server or proxy has an address that is not connected to; `setting` names which",
            "setting",
            "address",
            "reason",
            "detail"),
    /** Headers stayed behind. */
    HEADERS_DROPPED(Level.INFO, "a request passed, but not with these headers", "job_id", "names"),
    /** A caller's secret lies in Kafka. */
    SECRET_IN_REQUEST(
            Level.WARN,
            "a request holds a header with its caller's own secret: `Authorization`, `Cookie`, `Proxy-Authorization` or one of"
                    + " `PORTAL_SECRET_HEADERS`. It is dropped, but whoever reads the request topic can read it there: have the"
                    + " client leave it out, and the secret changed",
            "job_id",
            "client",
            "names"),
    /** More of a kind than are told. */
    FLOOD(
            Level.WARN,
            "ten of a kind (event `of`, reason and client alike) have come within ten seconds and were told; so many more came"
                    + " that were not. `of` may also be `job_ended`, `dead_letter_lost`, `error_unsent`, `error_lost` or"
                    + " `start_unanswerable`: lines of the portal's own log",
            "of",
            "client",
            "reason",
            "count",
            "seconds");

    private final Level level;
    private final String when;
    private final List<String> keys;

    SecurityEvent(Level level, String when, String... keys) {
        this.level = level;
        this.when = when;
        this.keys = List.of(keys);
    }

    /** The value of the key {@code event}, such as {@code request_refused}. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How loud. */
    Level level() {
        return level;
    }

    /** When it comes, as the document says it. */
    String when() {
        return when;
    }

    /** Its keys after {@code event}, in order. */
    List<String> keys() {
        return keys;
    }
}
