package io.kafkasend.portal;

/** Names under which steps hand things to one another on the exchange. */
final class ExchangeKeys {
    /** Header: the job's id, for logs. */
    static final String JOB_ID = "job-id";
    /** Header, which the route names: the {@link CorrelationId}, for the aggregator. */
    static final String CORRELATION_ID = "correlation-id";
    /** Property: the {@link io.kafkasend.protocol.RequestDigest} of a START, or of a bad record. */
    static final String REQUEST = "kafkasend-request";
    /** Property: when the record was written, in milliseconds since 1970, by its writer's clock or the broker's; or none. */
    static final String WRITTEN = "kafkasend-written";
    /** Property: the {@link LedgerEntry} of the record that the exchange began with. */
    static final String RECORD = "kafkasend-record";
    /** Property, which the route names: the {@link OutcomeQuestion} to be asked before an ERROR is sent. */
    static final String QUESTION = "kafkasend-question";
    /** Property: the {@link Job}. */
    static final String JOB = "kafkasend-job";
    /** Property, which the route names: whether every sequence of the job is there. */
    static final String WHOLE = "kafkasend-whole";
    /** Property: the {@link Caller} of a START. */
    static final String CALLER = "kafkasend-caller";
    /** Property: the topic of a START's ERROR, where it is not the portal's own; vetted. */
    static final String REPLY_TOPIC = "kafkasend-reply-topic";
    /** Property: the request headers that policy lets through. */
    static final String VETTED_HEADERS = "kafkasend-vetted-headers";
    /** Property: the {@link ApiCall}, over all its attempts. */
    static final String CALL = "kafkasend-call";
    /** Property: the access token of the current call. */
    static final String TOKEN = "kafkasend-token";
    /** Property: the {@link ApiAnswer} of the current call. */
    static final String ANSWER = "kafkasend-answer";

    /** Property, which the route names: whether the answer is short and of a crowd, so that it may wait for others. */
    static final String CROWDED = "kafkasend-crowded";

    /** Property: the {@link DeadLetter} that a record without a client becomes. */
    static final String DEAD_LETTER = "kafkasend-dead-letter";

    /** Property: the key of a START whose job_id is no job id, and the same text: its ERROR goes under it. */
    static final String CLAIMED_ID = "kafkasend-claimed-id";

    /** Property: the exchanges of what the {@link Outbox} sends at once, each with what it is about. */
    static final String TOGETHER = "kafkasend-together";

    /** Property: why what waited in the {@link Outbox} could not be sent. */
    static final String UNSENT = "kafkasend-unsent";

    private ExchangeKeys() {}
}
