package io.kafkasend.client;

import io.kafkasend.client.internal.RequestParts;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.SecretHeaders;
import io.kafkasend.protocol.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** An HTTP request for the portal to make. Immutable. */
public final class Request {
    private final Method method;
    private final String endpoint;
    private final Map<String, String> headers;
    private final Body body;
    private final String filename;
    private final String contentType;
    private final Form form;
    private final Duration timeout;
    private final int retries;
    private final boolean sha256;
    private final Frames frames;
    private final ContentEncoding compression;
    private final JobId jobId;
    private final TraceContext traceparent;
    private final Consumer<Receipt> onReceipt;
    private final BooleanSupplier outlives;
    private final UploadState resumable;

    private Request(Builder builder) {
        method = builder.method;
        endpoint = builder.endpoint;
        headers = builder.headers.asMap();
        body = builder.body;
        filename = builder.filename;
        contentType =
                builder.contentType == null && filename != null ? "application/octet-stream" : builder.contentType;
        form = new Form(builder.formField, builder.form);
        timeout = builder.timeout;
        retries = builder.retries;
        sha256 = builder.sha256;
        frames = builder.frames;
        compression = builder.compression;
        jobId = builder.jobId;
        traceparent = builder.traceparent;
        onReceipt = builder.onReceipt;
        outlives = builder.outlives;
        resumable = builder.resumable;
    }

    /**
     * A GET without headers of its own, which is most of what is asked for.
     *
     * @param endpoint as {@link Builder#endpoint} takes it
     * @throws IllegalArgumentException for one that cannot be sent
     */
    public static Request get(String endpoint) {
        return builder().endpoint(endpoint).build();
    }

    /** Begins a request: GET, without headers and body. */
    public static Builder builder() {
        return new Builder();
    }

    /** The HTTP method. */
    public Method method() {
        return method;
    }

    /** Path and optional query. */
    public String endpoint() {
        return endpoint;
    }

    /** Name to value, in the order given. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The body, perhaps an empty one. */
    public Body body() {
        return body;
    }

    /** The file's name; where there is one, the API gets multipart/form-data, and the body as its file. */
    public Optional<String> filename() {
        return Optional.ofNullable(filename);
    }

    /** The media type of the body, or of the part. */
    public Optional<String> contentType() {
        return Optional.ofNullable(contentType);
    }

    /** What the form has beside its file, where there is a file's name. */
    public Form form() {
        return form;
    }

    /** The deadline for the whole request; empty for the client's default. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** How often the request may be sent again. */
    public int retries() {
        return retries;
    }

    /** Whether bodies are also checked by SHA-256. */
    public boolean sha256() {
        return sha256;
    }

    /** Which CHUNKs may be binary frames. */
    public Frames frames() {
        return frames;
    }

    /** How chunks are compressed; empty for not at all. */
    public Optional<ContentEncoding> compression() {
        return Optional.ofNullable(compression);
    }

    /** The id of the request's one job; empty for a new one with each. */
    public Optional<JobId> jobId() {
        return Optional.ofNullable(jobId);
    }

    /** Where in a trace the request stands; empty for in none. */
    public Optional<TraceContext> traceparent() {
        return Optional.ofNullable(traceparent);
    }

    /** Keeps the receipt, before START is sent. */
    void tell(Receipt receipt) {
        onReceipt.accept(receipt);
    }

    /** Whether the job is to go on where the client gives it up now. */
    boolean outlives() {
        return outlives.getAsBoolean();
    }

    /** Where is kept what it takes to go on with it. */
    UploadState resumable() {
        return resumable;
    }

    /** Names method and endpoint; not the headers, which may hold what must not be logged. */
    @Override
    public String toString() {
        return method + " " + endpoint;
    }

    /** Describes a request. Each method throws {@link IllegalArgumentException} for what cannot be sent. */
    public static final class Builder {
        private Method method = Method.GET;
        private String endpoint;
        private final RequestParts headers = new RequestParts();
        private Body body = Body.empty();
        private boolean hasBody;
        private String filename;
        private String contentType;
        private String formField;
        private final Map<String, List<String>> form = new LinkedHashMap<>();
        private Duration timeout;
        private int retries;
        private boolean sha256;
        private Frames frames = Frames.ANSWER;
        private ContentEncoding compression;
        private JobId jobId;
        private TraceContext traceparent;
        private Consumer<Receipt> onReceipt = receipt -> {};
        private BooleanSupplier outlives = () -> false;
        private UploadState resumable = UploadState.NONE;

        private Builder() {}

        /** The HTTP method. Default: GET. */
        public Builder method(Method value) {
            method = Objects.requireNonNull(value, "method");
            return this;
        }

        /**
         * Path and optional query, as the API is to get them; required.
         *
         * @param value 1 to 8,192 characters without controls and spaces
         */
        public Builder endpoint(String value) {
            endpoint = RequestParts.requireEndpoint(value);
            return this;
        }

        /**
         * One header, in place of every one of that name in any case; {@link #addHeader} keeps them.
         *
         * @param name an RFC 9110 §5.6.2 token, and none of {@link SecretHeaders}, which others could read in Kafka
         * @param value without control characters other than tab, at most 8,192 characters
         */
        public Builder header(String name, String value) {
            headers.set(name, value);
            return this;
        }

        /**
         * One more value of a header, beside those of that name in any case: joined by ", ", which says the same (RFC 9110 §5.3).
         *
         * @param name as {@link #header} takes it; not one that has a single value by its definition, such as
         *     {@code Content-Type}, if it has one already
         * @param value as {@link #header} takes all of them together
         */
        public Builder addHeader(String name, String value) {
            headers.add(name, value);
            return this;
        }

        /** The body. Default: none. */
        public Builder body(Body value) {
            body = Objects.requireNonNull(value, "body");
            hasBody = true;
            return this;
        }

        /**
         * Makes the request multipart/form-data, with the body as its file.
         *
         * @param value the file's plain name, which the API gets; or null for a raw body, the default
         */
        public Builder filename(String value) {
            filename = value;
            return this;
        }

        /**
         * The name of the form's field that the file goes in. A portal that is too old for it fails the request with {@link
         * ClientException.Kind#OLD_PORTAL}, once the API has been called.
         *
         * @param value 1 to 255 characters, without {@code \} and controls other than line ends; null, the default, for the portal's own, which is
         *     {@code file} unless its operator says otherwise
         */
        public Builder formField(String value) {
            formField = value;
            return this;
        }

        /**
         * A text field of the form, before its file; several may have one name. Needs a portal as {@link #formField} does.
         *
         * @param name 1 to 255 characters, without {@code \} and controls other than line ends
         * @param value any text; all names and values together may have 65,536 characters, and a form 128 fields
         */
        public Builder form(String name, String value) {
            form.computeIfAbsent(Objects.requireNonNull(name, "name"), absent -> new ArrayList<>())
                    .add(Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * The media type of the body, or of the part.
         *
         * @param value such as {@code application/pdf}; null, the default, means none, or for a part {@code
         *     application/octet-stream}
         */
        public Builder contentType(String value) {
            contentType = value;
            return this;
        }

        /**
         * The deadline for the whole request, retries included, from the call of {@code send} to the answer's last byte.
         *
         * @param value more than zero; or null for the client's default
         */
        public Builder timeout(Duration value) {
            timeout = RequestParts.requireTime(value);
            return this;
        }

        /**
         * How often the request may be sent again, as a new job, when the portal reports an ERROR that it calls retryable:
         * by the protocol, one after which nothing was done at the API, so that a POST is safe, too. It waits as long as the
         * portal says, else half a second at first and twice as long each time, all within the timeout. It is not sent again
         * once a part of an answer was written to a stream, or its head handed out by {@link KafkaSendClient#open(Request)}. An API's own 4xx or 5xx is an answer, and no reason.
         *
         * @param value 0, the default, to 100
         */
        public Builder retries(int value) {
            retries = RequestParts.requireRetries(value);
            return this;
        }

        /** Which CHUNKs may be binary frames. Default: those of the answer. */
        public Builder frames(Frames value) {
            frames = Objects.requireNonNull(value, "frames");
            return this;
        }

        /**
         * Compresses the request's chunks, and has the portal compress the answer's, both where it pays: where the first bytes
         * shrink by a tenth. A portal that does not know this cannot read such a request: with a body, it fails.
         *
         * @param value null, the default, for no compression
         * @throws IllegalArgumentException for zstd where its native library does not load
         */
        public Builder compression(ContentEncoding value) {
            compression = RequestParts.requireUsable(value);
            return this;
        }

        /**
         * The id of the request's job, which its answer, the portal's log and the API's {@code Idempotency-Key} bear. It is spent
         * by being sent: a request under the id of an earlier one gets no answer. So such a request has no retries, each of
         * which would be another job.
         *
         * @param value null, the default, for a new one with each job
         */
        public Builder jobId(JobId value) {
            jobId = value;
            return this;
        }

        /**
         * Goes on with a trace, by what a tracing library puts into the header {@code traceparent}. Default: null, no trace.
         */
        public Builder traceparent(String value) {
            traceparent = value == null ? null : TraceContext.of(value);
            return this;
        }

        /**
         * Told what is to be kept to fetch the answer later, of each job and before anything of it is sent. It is called on one of the
         * client's upload threads, and may wait there; what it throws fails the request with kind SETTINGS. Default: not told.
         */
        public Builder onReceipt(Consumer<Receipt> value) {
            onReceipt = Objects.requireNonNull(value, "onReceipt");
            return this;
        }

        /**
         * Whether the job goes on at the portal where its client gives it up: by cancelling, closing, or when its time is over. Its
         * answer can then be fetched, by the receipt. It is asked at that time, on any thread. Default: no.
         */
        public Builder outlives(BooleanSupplier value) {
            outlives = Objects.requireNonNull(value, "outlives");
            return this;
        }

        /**
         * Has the request gone on with where its client was ended before it was sent whole: it keeps what that takes here, and one
         * that finds it sends what the portal does not have, once it knows that no outcome is there. The body must be the same, and
         * readable again. Where its job's time is over, it begins anew. Default: null, no going on.
         */
        public Builder resumable(UploadState value) {
            resumable = value == null ? UploadState.NONE : value;
            return this;
        }

        /** Has both bodies checked by SHA-256, on top of length and CRC-32, as those of signed requests always are. Default: no. */
        public Builder sha256(boolean value) {
            sha256 = value;
            return this;
        }

        /**
         * The request.
         *
         * @throws IllegalArgumentException without an endpoint, with a body that the method may not have, with form fields that
         *     cannot be sent, or with both a job's id and retries
         */
        public Request build() {
            if (endpoint == null) {
                throw new IllegalArgumentException("the endpoint is missing; it takes a path such as /api/v1/items");
            }
            if ((hasBody || filename != null) && !method.mayHaveBody()) {
                throw new IllegalArgumentException("a " + method + " request may not have a body");
            }
            if (jobId != null && retries > 0) {
                throw new IllegalArgumentException("retries is " + retries
                        + ", and each would be another job than the one that has an id; it takes 0");
            }
            Request request = new Request(this);
            RequestParts.requireForm(request.form, filename);
            return request;
        }
    }
}
