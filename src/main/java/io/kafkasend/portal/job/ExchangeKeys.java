package io.kafkasend.portal.job;

/** Names under which steps hand things to one another on the exchange. */
public final class ExchangeKeys {
    /** Header: the job's id, for logs. */
    public static final String JOB_ID = "job-id";
    /** Header, which the route names: the {@link CorrelationId}, for the aggregator. */
    public static final String CORRELATION_ID = "correlation-id";
    /** Property: the {@link io.kafkasend.protocol.RequestDigest} of a START, or of a bad record. */
    public static final String REQUEST = "kafkasend-request";
    /** Property: when the record was written, in milliseconds since 1970, by its writer's clock or the broker's; or none. */
    public static final String WRITTEN = "kafkasend-written";
    /** Property: the {@code LedgerEntry} of the record that the exchange began with. */
    public static final String RECORD = "kafkasend-record";
    /** Property, which the route names: the {@code OutcomeQuestion} to be asked before an ERROR is sent. */
    public static final String QUESTION = "kafkasend-question";
    /** Property: the {@link Job}. */
    public static final String JOB = "kafkasend-job";
    /** Property, which the route names: whether every sequence of the job is there. */
    public static final String WHOLE = "kafkasend-whole";
    /** Property: the {@code Requester} of a START. */
    public static final String CALLER = "kafkasend-caller";
    /** Property: the topic of a START's ERROR, where it is not the portal's own; vetted. */
    public static final String REPLY_TOPIC = "kafkasend-reply-topic";
    /** Property: the request headers that policy lets through. */
    public static final String VETTED_HEADERS = "kafkasend-vetted-headers";
    /** Property: the {@code ApiCall}, over all its attempts. */
    public static final String CALL = "kafkasend-call";
    /** Property: the access token of the current call. */
    public static final String TOKEN = "kafkasend-token";
    /** Property: the {@code ApiAnswer} of the current call. */
    public static final String ANSWER = "kafkasend-answer";

    /** Property, which the route names: whether the answer is short and of a crowd, so that it may wait for others. */
    public static final String CROWDED = "kafkasend-batched";

    /** Property: the {@code DeadLetter} that a record without a client becomes. */
    public static final String DEAD_LETTER = "kafkasend-dead-letter";

    /** Property: the key of a START whose job_id is no job id, and the same text: its ERROR goes under it. */
    public static final String CLAIMED_ID = "kafkasend-claimed-id";

    /** Property: the exchanges of what the {@code Outbox} sends at once, each with what it is about. */
    public static final String TOGETHER = "kafkasend-together";

    /** Property: why what waited in the {@code Outbox} could not be sent. */
    public static final String UNSENT = "kafkasend-unsent";

    private ExchangeKeys() {}
}
