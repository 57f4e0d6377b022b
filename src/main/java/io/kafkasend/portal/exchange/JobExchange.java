package io.kafkasend.portal.exchange;

import io.kafkasend.oauth.AccessToken;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.kafka.DeadLetter;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.outcome.OutcomeQuestion;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * What steps have left for one another on an exchange, and its only names. A getter gives null where nothing was left, unless
 * it says otherwise; a setter with null takes away what was. Not thread-safe, as the exchange is not.
 */
public final class JobExchange {
    /** Header: the job's id, for logs. */
    public static final String JOB_ID = "job-id";
    /** Header, which the route names: the {@link CorrelationId}, for the aggregator. */
    public static final String CORRELATION_ID = "correlation-id";
    /** All headers that steps leave. */
    public static final Set<String> HEADERS = Set.of(JOB_ID, CORRELATION_ID);

    /** Property, which the route names: whether every sequence of the job is there. */
    public static final String WHOLE = "kafkasend-whole";
    /** Property, which the route names: whether the answer is short and of a crowd, so that it may wait for others. */
    public static final String BATCHED = "kafkasend-batched";
    /** Property, which the route names: the {@link OutcomeQuestion} to be asked before an ERROR is sent. */
    public static final String QUESTION = "kafkasend-question";

    private static final String REQUEST = "kafkasend-request";
    private static final String WRITTEN = "kafkasend-written";
    private static final String RECORD = "kafkasend-record";
    private static final String JOB = "kafkasend-job";
    private static final String CALLER = "kafkasend-caller";
    private static final String REPLY_TOPIC = "kafkasend-reply-topic";
    private static final String VETTED_HEADERS = "kafkasend-vetted-headers";
    private static final String DROPPED_HEADERS = "kafkasend-dropped-headers";
    private static final String CALL = "kafkasend-call";
    private static final String TOKEN = "kafkasend-token";
    private static final String ANSWER = "kafkasend-answer";
    private static final String ANSWERED_FROM_REQUEST = "kafkasend-answered-from-request";
    private static final String DEAD_LETTER = "kafkasend-dead-letter";
    private static final String CLAIMED_ID = "kafkasend-claimed-id";
    private static final String TOLD = "kafkasend-told";
    private static final String TOGETHER = "kafkasend-together";
    private static final String UNSENT = "kafkasend-unsent";

    private final Exchange exchange;

    private JobExchange(Exchange exchange) {
        this.exchange = exchange;
    }

    /** What was left on an exchange. */
    public static JobExchange of(Exchange exchange) {
        return new JobExchange(exchange);
    }

    private <T> T get(String name, Class<T> type) {
        return type.cast(exchange.getProperty(name));
    }

    private void set(String name, Object value) {
        if (value == null) {
            exchange.removeProperty(name);
        } else {
            exchange.setProperty(name, value);
        }
    }

    /** Names the job in headers, for logs and for the aggregator. */
    public void identify(CorrelationId id) {
        exchange.getMessage().setHeader(JOB_ID, id.jobId().value());
        exchange.getMessage().setHeader(CORRELATION_ID, id.toString());
    }

    /** The job's id as the header says; empty where there is none. */
    public Optional<JobId> jobId() {
        return JobId.parse(exchange.getMessage().getHeader(JOB_ID, String.class));
    }

    /** The job. */
    public Job job() {
        return get(JOB, Job.class);
    }

    public void job(Job job) {
        set(JOB, job);
    }

    /** The job of which the client is told how far it is, and nothing else: it goes on, and nothing of it is settled. */
    public Job told() {
        return get(TOLD, Job.class);
    }

    public void told(Job job) {
        set(TOLD, job);
    }

    /** The record that the exchange began with. */
    public LedgerEntry record() {
        return get(RECORD, LedgerEntry.class);
    }

    public void record(LedgerEntry record) {
        set(RECORD, record);
    }

    /** The {@link RequestDigest} of a START, or of a bad record; {@link RequestDigest#NONE} where there is none. */
    public String request() {
        return exchange.getProperty(REQUEST, RequestDigest.NONE, String.class);
    }

    public void request(String digest) {
        set(REQUEST, digest);
    }

    /** When the record was written, in milliseconds since 1970, by its writer's clock or the broker's. */
    public Long written() {
        return get(WRITTEN, Long.class);
    }

    public void written(Long millis) {
        set(WRITTEN, millis);
    }

    /** Who sent a START. */
    public Requester caller() {
        return get(CALLER, Requester.class);
    }

    public void caller(Requester caller) {
        set(CALLER, caller);
    }

    /** The topic of a START's ERROR, where it is not the portal's own; vetted. */
    public Optional<String> replyTopic() {
        return Optional.ofNullable(get(REPLY_TOPIC, String.class));
    }

    public void replyTopic(String topic) {
        set(REPLY_TOPIC, topic);
    }

    public void whole(boolean whole) {
        set(WHOLE, whole);
    }

    /** The request headers that policy lets through. */
    @SuppressWarnings("unchecked") // none but the setter puts them there
    public Map<String, String> vettedHeaders() {
        return get(VETTED_HEADERS, Map.class);
    }

    public void vettedHeaders(Map<String, String> headers) {
        set(VETTED_HEADERS, headers);
    }

    /** The names of the request's headers that policy does not let through, as they may be shown; never null. */
    @SuppressWarnings("unchecked") // none but the setter puts them there
    public List<String> droppedHeaders() {
        return exchange.getProperty(DROPPED_HEADERS, List.of(), List.class);
    }

    public void droppedHeaders(List<String> names) {
        set(DROPPED_HEADERS, names);
    }

    /** The call, over all its attempts. */
    public ApiCall call() {
        return get(CALL, ApiCall.class);
    }

    public void call(ApiCall call) {
        set(CALL, call);
    }

    /** The access token of the current call. */
    public AccessToken token() {
        return get(TOKEN, AccessToken.class);
    }

    public void token(AccessToken token) {
        set(TOKEN, token);
    }

    /** The head of the current call's answer. */
    public ApiAnswer answer() {
        return get(ANSWER, ApiAnswer.class);
    }

    public void answer(ApiAnswer answer) {
        set(ANSWER, answer);
    }

    /** Whether the answer's body may be read from the request's, which is to stay so long. */
    public boolean answeredFromRequest() {
        return exchange.getProperty(ANSWERED_FROM_REQUEST, false, boolean.class);
    }

    public void answeredFromRequest(boolean may) {
        set(ANSWERED_FROM_REQUEST, may);
    }

    public void batched(boolean batched) {
        set(BATCHED, batched);
    }

    /** What is to be asked before an ERROR is sent. */
    public OutcomeQuestion question() {
        return get(QUESTION, OutcomeQuestion.class);
    }

    public void question(OutcomeQuestion question) {
        set(QUESTION, question);
    }

    /** What a record without a client becomes. */
    public DeadLetter deadLetter() {
        return get(DEAD_LETTER, DeadLetter.class);
    }

    public void deadLetter(DeadLetter letter) {
        set(DEAD_LETTER, letter);
    }

    /** The key of a START whose job_id is no job id, and the same text: its ERROR goes under it. */
    public String claimedId() {
        return get(CLAIMED_ID, String.class);
    }

    public void claimedId(String id) {
        set(CLAIMED_ID, id);
    }

    /** The exchanges of what is sent at once, each with what it is about; none elsewhere. */
    @SuppressWarnings("unchecked") // none but the setter puts them there
    public List<Exchange> together() {
        List<Exchange> together = get(TOGETHER, List.class);
        return together == null ? List.of() : together;
    }

    public void together(List<Exchange> exchanges) {
        set(TOGETHER, exchanges);
    }

    /** Why what waited to be sent could not be. */
    public Throwable unsent() {
        return get(UNSENT, Throwable.class);
    }

    public void unsent(Throwable failure) {
        set(UNSENT, failure);
    }
}
