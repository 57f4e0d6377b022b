package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.output.Attempted;
import io.kafkasend.cli.output.ErrorLines;
import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.Body;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Receipt;
import io.kafkasend.client.Request;
import io.kafkasend.client.UploadState;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.TraceContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/** One request and its answer, as the sending commands have them. Used once. */
final class SendJob {
    private final Console surroundings;
    private final ConnectionOptions connection;
    private final SigningOptions signing;
    private final SendOptions options;
    private final Attempted attempted = new Attempted();
    private final AnswerReport reporting;
    private final AtomicReference<Receipt> receipt = new AtomicReference<>();
    private final CommandTrace trace;
    private boolean resumable;

    /**
     * @throws IllegalArgumentException for a trace that cannot be made as is asked
     */
    SendJob(Console surroundings, ConnectionOptions connection, SigningOptions signing, SendOptions options) {
        this.surroundings = surroundings;
        this.connection = connection;
        this.signing = signing;
        this.options = options;
        this.reporting = new AnswerReport(
                surroundings, options.answer, attempted, () -> options.report(surroundings, attempted));
        this.trace = options.trace == null
                ? CommandTrace.NONE
                : CommandTrace.begin(options.trace, surroundings.environment(), connection.requestTopic);
        trace.context().map(TraceContext::traceId).ifPresent(attempted::tracedAs);
    }

    /**
     * Sends and reports.
     *
     * @param body or null for none
     * @return an {@link ExitCode}
     * @throws IllegalArgumentException for what the user is to correct
     */
    int run(RequestLine line, Body body) {
        return run(line, body, null);
    }

    /**
     * Likewise.
     *
     * @param state where is kept what it takes to go on with it in another run; null for nowhere
     */
    int run(RequestLine line, Body body, UploadState state) {
        try (trace) {
            return runs(line, body, state);
        }
    }

    private int runs(RequestLine line, Body body, UploadState state) {
        resumable = state != null;
        Request request = request(line, body, state);
        if (options.binary && body != null && !options.modernPortals()) {
            requireModernPortals();
        }
        if (!options.answer.quiet) {
            trace.context().ifPresent(context -> surroundings.err().println("trace " + context.traceId()));
        }
        AnswerTarget target;
        try {
            target = options.waits() ? target(request) : null;
        } catch (ClientException e) {
            return report(e);
        }
        KafkaSendClient client = client();
        // Ctrl-C: a portal that is known to read it is told to give the job up; the half-written file and the spooled
        // body go, too.
        Thread atInterrupt = new Thread(client::close, "kafkasend-interrupt");
        Runtime.getRuntime().addShutdownHook(atInterrupt);
        try (client;
                ProgressDisplay progress = ProgressDisplay.of(
                        surroundings,
                        options.answer.quiet || options.waits() && reporting.besideBody(),
                        request.toString())) {
            return options.waits() ? await(client, request, target, progress) : submit(client, request, progress);
        } finally {
            removeHook(atInterrupt);
        }
    }

    private int await(KafkaSendClient client, Request request, AnswerTarget target, ProgressDisplay progress) {
        reporting.showHead();
        try {
            Answer answer = client.call(request, target, attempted.shownBy(progress));
            trace.sent(answer.jobId());
            progress.arrived();
            progress.close();
            return reporting.report(answer);
        } catch (ClientException e) {
            progress.close();
            return report(e);
        }
    }

    private int submit(KafkaSendClient client, Request request, ProgressListener progress) {
        try {
            JobId id = client.submit(request, attempted.shownBy(progress)).join();
            trace.sent(id);
            if (options.answer.json) {
                options.report(surroundings, attempted).submitted(receipt.get());
            } else if (options.detach) {
                surroundings.out().println(new FetchLine(receipt.get()).of(connection, signing.replyTo()));
            } else {
                surroundings.out().println(id);
            }
            return ExitCode.ANSWERED;
        } catch (CompletionException e) {
            return report((ClientException) e.getCause());
        }
    }

    private Request request(RequestLine line, Body body, UploadState state) {
        RequestCheck.endpoint(options.endpoint);
        if (line.filename() != null) {
            RequestCheck.filename(line.filename());
        }
        if (line.contentType() != null) {
            RequestCheck.contentType(line.contentType(), line.filename() != null);
        }
        List<Map.Entry<String, String>> headers = options.headers();
        RequestCheck.secrets(headers.stream().map(Map.Entry::getKey).toList(), options.secretHeaders());
        Request.Builder builder = Request.builder()
                .method(line.method())
                .endpoint(options.endpoint)
                .filename(line.filename())
                .contentType(line.contentType())
                .formField(options.formField)
                .timeout(Duration.ofSeconds(options.timeoutSeconds()))
                .retries(options.retries())
                .frames(options.frames())
                .compression(options.compression())
                .sha256(options.sha256)
                .jobId(options.jobId)
                .onReceipt(receipt::set)
                .resumable(state)
                .outlives(() -> state != null)
                .traceparent(trace.context().map(TraceContext::toString).orElse(null));
        headers.forEach(header -> builder.addHeader(header.getKey(), header.getValue()));
        options.form().forEach(field -> builder.form(field.getKey(), field.getValue()));
        if (body != null) {
            builder.body(body);
        }
        Request request = builder.build();
        RequestCheck.headers(request.headers());
        return request;
    }

    /**
     * Asks where somebody can be asked.
     *
     * @throws IllegalArgumentException when an old portal may read the request topic
     */
    private void requireModernPortals() {
        String harm = "one --binary request stops an old portal for good, on all partitions";
        boolean agreed;
        try {
            agreed = surroundings.canAsk()
                    && surroundings.agreed("kafkasend: " + harm + ". Do all portals of " + connection.requestTopic
                            + " know binary frames");
        } catch (IOException e) {
            agreed = false;
        }
        if (!agreed) {
            throw new IllegalArgumentException(harm + "; --yes says that all portals of " + connection.requestTopic
                    + " know binary frames; nothing was sent");
        }
    }

    private KafkaSendClient client() {
        Map<String, String> properties = connection.kafkaProperties(surroundings);
        return KafkaSendClient.builder()
                .bootstrapServers(connection.bootstrapServers)
                .requestTopic(connection.requestTopic)
                .responseTopic(connection.responseTopic)
                .kafkaProperties(properties)
                .signingKey(signing.signingKey())
                .replyTo(signing.replyTo())
                .modernPortals(options.modernPortals())
                .portalGroup(options.portalGroup)
                .metricListener(attempted)
                .defaultTimeout(Duration.ofSeconds(options.timeoutSeconds()))
                .streamTimeout(options.streamTimeout())
                .connectTimeout(Duration.ofSeconds(connection.connectTimeoutSeconds))
                .maxAnswerBytes(AnswerReport.mostInMemory())
                .build();
    }

    private AnswerTarget target(Request request) {
        if (reporting.shown()) {
            BinaryOnTerminal.refuse(request);
        }
        return reporting.target(options.timeoutSeconds());
    }

    private int report(ClientException failure) {
        trace.failed(failure);
        int code = ExitCode.of(failure.kind());
        if (options.answer.json) {
            options.report(surroundings, attempted).failed(failure, code);
        }
        if (!surroundings.standardOutput().readerWentAway()) {
            new ErrorLines(surroundings).print(detailed(failure));
        }
        return code;
    }

    private Throwable detailed(ClientException failure) {
        if (failure.kind() == Kind.CLOSED) {
            return new ClientException(
                    Kind.CLOSED,
                    null,
                    resumable
                            ? "interrupted: the portal keeps what it has for a while; the same command goes on from there"
                            : options.modernPortals()
                                    ? "interrupted: the portal is told to give the job up; a call that has begun may have taken effect"
                                    : "interrupted: a portal that has not begun to answer goes on with the job, since it may be an old"
                                            + " one, which stops when it is told; --modern-portals says that none is",
                    failure);
        }
        if (!(failure instanceof JobFailedException job)) {
            return failure;
        }
        StringBuilder text = new StringBuilder(job.getMessage());
        if (job.retryable()) {
            text.append("; the same request may pass later");
            job.retryAfterSeconds()
                    .ifPresent(seconds -> text.append(", in ").append(seconds).append(" s"));
        }
        return new ClientException(job.kind(), job.jobId().orElse(null), text.toString(), job);
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending
        }
    }
}
