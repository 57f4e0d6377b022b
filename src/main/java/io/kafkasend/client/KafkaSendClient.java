package io.kafkasend.client;

import io.kafkasend.client.internal.ClientMemory;
import io.kafkasend.client.internal.Deadline;
import io.kafkasend.client.metric.MetricListener;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.SecretHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Makes HTTP requests through Kafka: many at a time, over one producer and one consumer. Thread-safe; make one and share it.
 *
 * <pre>{@code
 * try (KafkaSendClient client = KafkaSendClient.builder().bootstrapServers("kafka:9092").build()) {
 *     Answer answer = client.call(Request.builder()
 *             .method(Method.POST)
 *             .endpoint("/api/v1/upload")
 *             .filename("report.pdf")
 *             .contentType("application/pdf")
 *             .body(Body.file(Path.of("report.pdf")))
 *             .build());
 * }
 * }</pre>
 *
 * <p>At most 256 requests are on their way to the broker at once; others wait. So while it is away no more of them come to be
 * called later though nobody waits for them any more.
 *
 * <p>It connects at the first request, and reads the response topic from then on until it is closed. Every failure is a
 * {@link ClientException}. Futures complete on the client's own threads: what is chained to them should not block.
 */
public final class KafkaSendClient implements AutoCloseable {
    private final ClientSettings settings;
    private final Dispatcher dispatcher;

    private KafkaSendClient(ClientSettings settings, MetricListener metrics) {
        this.settings = settings;
        this.dispatcher = new Dispatcher(settings, metrics);
    }

    /** The names of the properties that Kafka's producer, consumer or admin client knows, without {@link #ownKafkaProperties}. */
    public static Set<String> kafkaProperties() {
        return ClientSettings.kafkaProperties(false);
    }

    /** Those that this client's correctness stands on, and that cannot be changed. */
    public static Set<String> ownKafkaProperties() {
        return ClientSettings.kafkaProperties(true);
    }

    /** Begins a client, with defaults for all but the broker's address. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Sends a request, and has its answer in memory.
     *
     * @return completes with the answer, whatever its HTTP status, or exceptionally with a {@link ClientException}.
     *     Cancelling it ends the job, also at a portal that is known to read CANCEL (see {@link Builder#modernPortals}); a
     *     call that has begun may have taken effect
     */
    public CompletableFuture<Answer> send(Request request) {
        return send(request, AnswerTarget.memory(), ProgressListener.none());
    }

    /** Sends a request, whose answer's body goes to a target; completes as {@link #send(Request)} does. */
    public CompletableFuture<Answer> send(Request request, AnswerTarget target) {
        return send(request, target, ProgressListener.none());
    }

    /**
     * Sends a request.
     *
     * @param target where the answer's body goes
     * @param listener told how it gets on
     * @return completes with the answer, whatever its HTTP status, or exceptionally with a {@link ClientException}.
     *     Cancelling it ends the job, also at a portal that is known to read CANCEL (see {@link Builder#modernPortals}); a
     *     call that has begun may have taken effect
     */
    public CompletableFuture<Answer> send(Request request, AnswerTarget target, ProgressListener listener) {
        return dispatcher.send(request, Objects.requireNonNull(target, "target"), listener, deadline(request));
    }

    /**
     * Sends a request whose answer nobody waits for. It is not sent again when the portal refuses it, whatever its retries.
     *
     * @param listener told how it gets on
     * @return completes with the job's id when the broker has acknowledged the whole request, or exceptionally with a
     *     {@link ClientException}
     */
    public CompletableFuture<JobId> submit(Request request, ProgressListener listener) {
        return dispatcher.submit(request, listener, deadline(request));
    }

    /**
     * Sends a request and waits for its answer, which is in memory.
     *
     * @throws ClientException when there is none; of kind CLOSED when the thread is interrupted, which it stays
     */
    public Answer call(Request request) {
        return call(request, AnswerTarget.memory(), ProgressListener.none());
    }

    /**
     * Sends a request and waits for its answer, whose body goes to a target; fails as {@link #call(Request)} does.
     */
    public Answer call(Request request, AnswerTarget target) {
        return call(request, target, ProgressListener.none());
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws ClientException when there is none; of kind CLOSED when the thread is interrupted, which it stays
     */
    public Answer call(Request request, AnswerTarget target, ProgressListener listener) {
        return dispatcher.await(send(request, target, listener));
    }

    /**
     * Sends a request and waits for the head of its answer, whose body is then read while it comes.
     *
     * <pre>{@code
     * try (AnswerStream answer = client.open(Request.get("/api/v1/export"))) {
     *     if (answer.status() == 200) {
     *         answer.transferTo(out); // throws an IOException when the job fails midway
     *     }
     * }
     * }</pre>
     *
     * @return to be closed, which ends the job where its answer has not come whole
     * @throws ClientException when no answer begins within the request's timeout; of kind CLOSED when the thread is
     *     interrupted, which it stays
     */
    public AnswerStream open(Request request) {
        return open(request, ProgressListener.none());
    }

    /**
     * Sends a request and waits for the head of its answer, whose body is then read while it comes.
     *
     * @param listener told how it gets on; of the answer, what has come, and not what was read
     * @return to be closed, which ends the job where its answer has not come whole
     * @throws ClientException when no answer begins within the request's timeout; of kind CLOSED when the thread is
     *     interrupted, which it stays
     */
    public AnswerStream open(Request request, ProgressListener listener) {
        return dispatcher.open(request, listener, deadline(request));
    }

    /**
     * Fetches the answer of a job begun before, by this client or another one: as often as is asked for, as long as Kafka keeps it.
     *
     * @param wait how long to wait for one that has not begun; zero for what has come by now. One that has begun is waited for as
     *     long as a request of this client without a timeout
     * @return completes as that of {@code send}; with kind TIMED_OUT where no answer has begun: the listener was then told how far the
     *     job is, as far as portals say so. Cancelling it ends the fetching, and not the job
     */
    public CompletableFuture<Answer> fetch(
            Receipt receipt, Duration wait, AnswerTarget target, ProgressListener listener) {
        return dispatcher.fetches().fetch(receipt, wait, target, listener);
    }

    /** Fetches the answer of a job of which no more than its id and {@link Receipt#since} is known, into memory. */
    public CompletableFuture<Answer> fetch(JobId jobId, Instant since, Duration wait) {
        return fetch(Receipt.of(jobId, since), wait, AnswerTarget.memory(), ProgressListener.none());
    }

    /**
     * Fetches an answer likewise, once its head is there; the body is then read while it comes.
     *
     * @return to be closed, which ends the fetching, and not the job
     * @throws ClientException as {@code fetch} fails; of kind CLOSED when the thread is interrupted, which it stays
     */
    public AnswerStream openFetched(Receipt receipt, Duration wait, ProgressListener listener) {
        return dispatcher.openFetched(receipt, wait, listener);
    }

    /**
     * Cancels a job begun before, by a receipt with its secret; a call that has begun may have taken effect.
     *
     * @return whether Kafka has the CANCEL; false where the job has ended, or its portal may be an old one, which CANCEL stops
     */
    public CompletableFuture<Boolean> cancel(Receipt receipt) {
        return dispatcher.fetches().cancel(receipt);
    }

    /**
     * Ends the client within some seconds: jobs that have no answer yet fail with kind CLOSED, a portal that is known to read
     * CANCEL (see {@link Builder#modernPortals}) is told to give them up (best effort), and no thread is left but one
     * that is stuck in a target or a body of the caller's. A second call does nothing.
     */
    @Override
    public void close() {
        dispatcher.close();
    }

    private Deadline deadline(Request request) {
        return Deadline.in(request.timeout().orElse(settings.defaultTimeout()));
    }

    /** Describes a client. */
    public static final class Builder {
        private String bootstrapServers = "localhost:9092";
        private String requestTopic = "api-requests";
        private String responseTopic = "api-responses";
        private final Map<String, String> kafkaProperties = new HashMap<>();
        private Duration defaultTimeout = Duration.ofSeconds(900);
        private Duration streamTimeout;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private long maxAnswerBytes = ClientMemory.ofThisProcess().answer();
        private int uploadThreads = 4;
        private SigningKey signingKey;
        private String replyTo;
        private boolean modernPortals;
        private String portalGroup = ClientSettings.PORTALS;
        private SecretHeaders secretHeaders = SecretHeaders.OF_EVERYBODY;
        private MetricListener metricListener = MetricListener.none();

        private Builder() {}

        /** host:port, separated by commas. Default: localhost:9092. */
        public Builder bootstrapServers(String value) {
            bootstrapServers = Objects.requireNonNull(value, "bootstrapServers");
            return this;
        }

        /** The topic that the portal reads. Default: api-requests. */
        public Builder requestTopic(String value) {
            requestTopic = Objects.requireNonNull(value, "requestTopic");
            return this;
        }

        /** The topic that the portal writes. Default: api-responses. */
        public Builder responseTopic(String value) {
            responseTopic = Objects.requireNonNull(value, "responseTopic");
            return this;
        }

        /**
         * Adds properties of Kafka's clients, such as {@code security.protocol} and {@code sasl.jaas.config}; each goes to
         * those of producer, consumer and admin client that know it. What this client's correctness stands on (acks,
         * idempotence, serializers, consumer group, offsets) cannot be changed, and is ignored here.
         */
        public Builder kafkaProperties(Map<String, String> values) {
            kafkaProperties.putAll(values);
            return this;
        }

        /** A job's deadline where its request has none; more than zero. Default: 900 s. */
        public Builder defaultTimeout(Duration value) {
            defaultTimeout = Objects.requireNonNull(value, "defaultTimeout");
            return this;
        }

        /**
         * How long an answer may take in all that comes bit by bit, each within its timeout; see {@link AnswerStream}. The portal must allow it.
         * Default: null, no longer than others.
         */
        public Builder streamTimeout(Duration value) {
            streamTimeout = value;
            return this;
        }

        /** How long the broker may take to answer before it counts as absent; at least 1 ms. Default: 10 s. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = Objects.requireNonNull(value, "connectTimeout");
            return this;
        }

        /**
         * The most bytes of an answer that is kept in memory, 0 to 2,147,483,639; more than a quarter of the heap is a quarter of
         * it. All answers that are being received may take half of the heap. An answer that goes over fails with kind TARGET:
         * have large ones written to a file or a stream. Default: 256 MiB, or a quarter of the heap where that is less.
         */
        public Builder maxAnswerBytes(long value) {
            maxAnswerBytes = value;
            return this;
        }

        /** How many bodies are read and sent at the same time, at least 1; others wait. Default: 4. */
        public Builder uploadThreads(int value) {
            uploadThreads = value;
            return this;
        }

        /**
         * Signs every request, so that a portal that knows the public key can tell it from others' and apply this client's
         * own policy. A portal that does not look at signatures takes it all the same. Default: null, no signature.
         */
        public Builder signingKey(SigningKey value) {
            signingKey = value;
            return this;
        }

        /**
         * Asks for answers on a topic of its own, which the portal's operator must have allowed, and listens there only. A
         * portal that does not know of this answers on its own topic, where nobody then listens. Default: null, the response
         * topic.
         */
        public Builder replyTo(String value) {
            replyTo = value;
            return this;
        }

        /**
         * Says that every portal that reads the request topic knows CANCEL, so that each is told of a job that nobody waits for
         * any more. A portal of the earlier project stops at a message of a type that it does not know; so without this only
         * those portals are told that have begun to answer the job, and thereby shown what they are. Default: false.
         */
        public Builder modernPortals(boolean value) {
            modernPortals = value;
            return this;
        }

        /**
         * The consumer group that portals read the request topic as, so that Kafka can be asked whether there is one when a job is not
         * heard of: see {@link ProgressListener#unheard}. To ask takes the right to describe the group. Default: kafkasend-portal.
         */
        public Builder portalGroup(String value) {
            portalGroup = Objects.requireNonNull(value, "portalGroup");
            return this;
        }

        /**
         * Further request headers that hold secrets, so that none of them gets into Kafka: a request with one fails with kind
         * SETTINGS before anything is sent. {@code Authorization}, {@code Cookie} and {@code Proxy-Authorization} always do, and a
         * {@link Request} takes none of them. Default: none.
         *
         * @param names in any letter case
         */
        public Builder secretHeaders(Collection<String> names) {
            secretHeaders = new SecretHeaders(names);
            return this;
        }

        /**
         * Told of each request and each record, for whoever counts them. Sums of the same are also offered to the broker: see
         * {@code enable.metrics.push} of Kafka's clients. Default: {@link MetricListener#none}.
         */
        public Builder metricListener(MetricListener value) {
            metricListener = Objects.requireNonNull(value, "metricListener");
            return this;
        }

        /**
         * What the client's producer would be made with, for whoever measures a bare one beside it.
         *
         * @return a new map of Kafka's own property names
         * @throws IllegalArgumentException for a value out of its range
         */
        public Map<String, Object> producerProperties() {
            return settings().producer();
        }

        /**
         * What the client's consumer would be made with; it belongs to no group.
         *
         * @return a new map of Kafka's own property names
         * @throws IllegalArgumentException for a value out of its range
         */
        public Map<String, Object> consumerProperties() {
            return settings().consumer();
        }

        /**
         * The client; it connects at its first request.
         *
         * @throws IllegalArgumentException for a value out of its range
         */
        public KafkaSendClient build() {
            return new KafkaSendClient(settings(), metricListener);
        }

        private ClientSettings settings() {
            return new ClientSettings(
                    bootstrapServers,
                    requestTopic,
                    responseTopic,
                    kafkaProperties,
                    defaultTimeout,
                    connectTimeout,
                    ClientMemory.ofThisProcess().answer(maxAnswerBytes),
                    uploadThreads,
                    signingKey,
                    replyTo,
                    modernPortals,
                    portalGroup,
                    secretHeaders,
                    streamTimeout);
        }
    }
}
