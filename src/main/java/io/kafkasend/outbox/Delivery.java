package io.kafkasend.outbox;

import io.kafkasend.client.Answer;
import io.kafkasend.client.AnswerTarget;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.client.ProgressListener;
import io.kafkasend.client.Receipt;
import io.kafkasend.client.Request;
import io.kafkasend.client.UploadState;
import io.kafkasend.protocol.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.kafka.common.KafkaException;

/**
 * The step {@code deliver}: sends a file's request and waits for its outcome. Of one that may have been sent before, by whatever process,
 * it looks for the outcome first, and sends it again only where Kafka has no START of it, under the same job: of two STARTs of one job a
 * portal takes the first. Where Kafka has it, what is missing of the body is sent, by that very START. A new job begins only after an ERROR
 * by which nothing was done. Thread-safe.
 */
public final class Delivery implements Processor {
    /** How long a file's thread waits for the outcome of a job that was sent before. */
    private static final Duration A_WHILE = Duration.ofSeconds(10);

    private final PortalLink portals;
    private final Duration patience;

    /**
     * @param configuration how long a file is tried
     * @param portals who answers
     */
    public Delivery(OutboxConfiguration configuration, PortalLink portals) {
        this.portals = portals;
        this.patience = configuration.patience();
    }

    /**
     * @throws NotNowException where there is no outcome yet
     * @throws IOException where what was done cannot be kept
     */
    @Override
    public void process(Exchange exchange) throws NotNowException, IOException, InterruptedException {
        Parcel parcel = exchange.getProperty(FilesConsumer.PARCEL, Parcel.class);
        while (parcel.outcome().isEmpty()) {
            Optional<Receipt> receipt = parcel.receipt();
            Optional<UploadState> halfSent = parcel.isInKafka() ? parcel.halfSent() : Optional.empty();
            if (receipt.isEmpty()) {
                send(parcel);
            } else if (halfSent.isPresent()) {
                goOn(parcel, halfSent.get());
            } else {
                find(parcel, receipt.get());
            }
        }
    }

    private void send(Parcel parcel) throws NotNowException, IOException, InterruptedException {
        Request request;
        try {
            request = Asked.request(parcel.asked(), parcel)
                    .jobId(parcel.jobId())
                    .onReceipt(parcel::sends)
                    .resumable(parcel.upload())
                    .outlives(() -> true)
                    .build();
        } catch (IllegalArgumentException e) {
            parcel.ended(Reasons.notSent(e.getMessage()));
            return;
        }
        AnswerTarget target = AnswerTarget.file(parcel.answer());
        try {
            await(parcel, portals.client().send(request, target, ProgressListener.none()));
        } catch (ClientException e) {
            failed(parcel, e);
        }
    }

    /** Kafka has the job's START: what a portal has not of its body is sent, by that same START, and the outcome waited for. */
    private void goOn(Parcel parcel, UploadState halfSent) throws NotNowException, IOException, InterruptedException {
        Request request = Asked.request(parcel.asked(), parcel)
                .resumable(halfSent)
                .outlives(() -> true)
                .build();
        AnswerTarget target = AnswerTarget.file(parcel.answer());
        try {
            await(parcel, portals.client().send(request, target, ProgressListener.none()));
        } catch (ClientException e) {
            // Its time is over, or settings have changed since: what was sent is all that there will be of it.
            if (e.kind() != Kind.SETTINGS && e.kind() != Kind.BODY) {
                failed(parcel, e);
            }
        }
    }

    /** The outcome of a job that was, or may have been, sent before. */
    private void find(Parcel parcel, Receipt receipt) throws NotNowException, IOException, InterruptedException {
        AnswerTarget target = AnswerTarget.file(parcel.answer());
        Duration wait = parcel.isInKafka() ? A_WHILE : Duration.ZERO;
        try {
            await(parcel, portals.client().fetch(receipt, wait, target, ProgressListener.none()));
        } catch (ClientException e) {
            if (e.kind() != Kind.TIMED_OUT) {
                failed(parcel, e);
            } else if (parcel.isInKafka()) {
                awaitLater(parcel, "no portal has answered yet", e);
            } else {
                lookFor(parcel, receipt);
            }
        }
    }

    private void lookFor(Parcel parcel, Receipt receipt) throws NotNowException, IOException {
        boolean there;
        try {
            there = portals.has(receipt);
        } catch (KafkaException e) {
            awaitLater(parcel, "Kafka does not say whether it has the request: " + e.getMessage(), e);
            return;
        }
        if (there) {
            parcel.inKafka();
        } else {
            parcel.unsent();
        }
    }

    private void await(Parcel parcel, CompletableFuture<Answer> answer)
            throws IOException, InterruptedException, NotNowException {
        try {
            parcel.ended(Reasons.of(answer.get()));
            parcel.wentOn();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClientException known) {
                throw known;
            }
            throw new NotNowException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            answer.cancel(true); // which ends no job
            throw e;
        }
    }

    private void failed(Parcel parcel, ClientException failure) throws NotNowException, IOException {
        if (failure instanceof JobFailedException refused) {
            refused(parcel, refused);
            return;
        }
        switch (failure.kind()) {
            case BODY, CORRUPT, PROTOCOL, OLD_PORTAL -> parcel.ended(Reasons.failed(failure));
            case SETTINGS -> {
                if (failure.getCause() instanceof UncheckedIOException || failure.getCause() instanceof IOException) {
                    awaitLater(parcel, failure.getMessage(), failure); // what it takes to go on could not be kept
                } else {
                    parcel.ended(Reasons.notSent(failure.getMessage()));
                }
            }
            default -> awaitLater(parcel, failure.getMessage(), failure);
        }
    }

    private void refused(Parcel parcel, JobFailedException failure) throws NotNowException, IOException {
        if (failure.code().filter(ErrorCode.DUPLICATE_START.name()::equals).isPresent()) {
            parcel.unsent(); // the START before has the job, though Kafka had not told of it yet
            throw new NotNowException(failure.getMessage(), failure);
        }
        if (!failure.retryable() || isOver(parcel)) {
            parcel.ended(Reasons.failed(failure));
            return;
        }
        parcel.again();
        throw new NotNowException(
                failure.getMessage(),
                Duration.ofSeconds(failure.retryAfterSeconds().orElse(0)),
                failure);
    }

    /** @throws NotNowException unless the file has been tried long enough */
    private void awaitLater(Parcel parcel, String why, Exception cause) throws NotNowException, IOException {
        if (!isOver(parcel)) {
            throw new NotNowException(why, cause);
        }
        String given = why + "; the outbox has waited " + patience.toSeconds() + " s (OUTBOX_GIVE_UP_SECONDS)";
        parcel.ended(parcel.receipt().isEmpty() ? Reasons.notSent(given) : Reasons.unknown(given));
    }

    private boolean isOver(Parcel parcel) {
        return Instant.now().isAfter(parcel.claimed().plus(patience));
    }
}
