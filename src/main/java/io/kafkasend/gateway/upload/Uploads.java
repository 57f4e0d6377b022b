package io.kafkasend.gateway.upload;

import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.HttpAnswer;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.http.PassedHeaders;
import io.kafkasend.gateway.http.RequestBody;
import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.SecretHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code uploads}: takes uploads in as many requests as they need, as draft-ietf-httpbis-resumable-upload has them, and ends
 * the route but for the request that completes one: its job is made of the whole. Thread-safe.
 */
public final class Uploads implements Processor, AutoCloseable {
    /** The exchange's property with the {@link Upload} that it completes. */
    public static final String COMPLETED = "kafkasend-upload";

    /** Where uploads are. */
    static final String PATH = "/.well-known/kafkasend/uploads/";

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final String PART = "application/partial-upload";
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
    private static final long MOST_BYTES = (long) Limits.CHUNKS * Limits.CHUNK_BYTES;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int SEE_OTHER = 303;
    private static final int RESUMABLE = 104;

    private final UploadDirectory directory;
    private final SecretHeaders secrets;

    /**
     * @param configuration where uploads are kept, how many bytes and for how long
     * @throws IllegalArgumentException in one line, where they cannot be kept there
     */
    public Uploads(GatewayConfiguration configuration) {
        this(directory(configuration), configuration.secretHeaders());
    }

    /** @param directory null where none are taken */
    Uploads(UploadDirectory directory, SecretHeaders secrets) {
        this.directory = directory;
        this.secrets = secrets;
    }

    private static UploadDirectory directory(GatewayConfiguration configuration) {
        GatewaySettings settings = configuration.settings();
        Optional<Path> path = settings.get(GatewaySettings.UPLOADS_DIRECTORY);
        if (path.isEmpty() || configuration.isExport()) {
            return null;
        }
        try {
            return new UploadDirectory(
                    path.get(),
                    configuration.secretHeaders(),
                    Math.min(MOST_BYTES, settings.get(GatewaySettings.UPLOADS_BYTES)),
                    settings.get(GatewaySettings.UPLOADS_TOTAL_BYTES),
                    Duration.ofHours(settings.get(GatewaySettings.UPLOADS_HOURS)),
                    InstantSource.system());
        } catch (IOException e) {
            String line = "GATEWAY_UPLOADS_DIRECTORY: " + path.get() + " cannot be used: " + e.getMessage();
            LOG.error(line);
            throw new IllegalArgumentException(line, e);
        }
    }

    /** @throws RefusedException for what cannot be taken, or is asked of an upload that its caller has not */
    @Override
    public void process(Exchange exchange) throws RefusedException {
        if (directory == null) {
            return;
        }
        directory.sweep();
        HttpCall call = HttpCall.of(exchange);
        String path = call.head().path();
        if (path.startsWith(PATH)) {
            serve(exchange, call, directory.find(call.caller(), path.substring(PATH.length())));
        } else {
            begin(exchange, call);
        }
    }

    private void begin(Exchange exchange, HttpCall call) throws RefusedException {
        RequestHead head = call.head();
        UploadFields fields = UploadFields.of(head);
        if (fields.complete().isEmpty() || !WITH_BODY.contains(head.method())) {
            return;
        }
        boolean complete = fields.complete().get();
        boolean announced = fields.interop().isPresent() && call.takesInterim();
        boolean keyed = head.has("Idempotency-Key");
        if (complete && (!announced || keyed)) {
            return; // nobody could go on with it: it is sent as it comes
        }
        if (keyed) {
            throw new RefusedException(
                    GatewayError.BAD_REQUEST, "an upload in parts is one job by itself, and takes no Idempotency-Key");
        }
        if (head.target().length() > Limits.TEXT_CHARS) {
            throw new RefusedException(
                    GatewayError.URI_TOO_LONG, "path and query have over " + Limits.TEXT_CHARS + " characters");
        }
        call.addToAnswer(() -> List.of(new HeaderField("Upload-Limit", limit(directory.seconds()))));
        OptionalLong length = length(fields, call.body(), 0);
        call.dropped(PassedHeaders.withheld(head, secrets));
        Upload upload = directory.create(call.caller(), head, length);
        call.addToAnswer(() -> state(upload, true));
        if (announced) {
            announce(call, upload, fields.interop().get());
        }
        take(exchange, call, upload, upload.takeOver(), complete, CREATED);
    }

    private void announce(HttpCall call, Upload upload, String interop) throws RefusedException {
        try {
            call.interim(
                    RESUMABLE,
                    "Upload Resumption Supported",
                    List.of(
                            new HeaderField("Location", PATH + upload.id()),
                            new HeaderField("Upload-Limit", limit(directory.secondsLeft(upload))),
                            new HeaderField(UploadFields.INTEROP, interop)));
        } catch (IOException e) {
            upload.delete();
            throw new RefusedException(GatewayError.BODY_INCOMPLETE, "the caller went away");
        }
    }

    private void serve(Exchange exchange, HttpCall call, Upload upload) throws RefusedException {
        switch (call.head().method()) {
            case "HEAD" -> tell(call, upload);
            case "GET" -> {
                if (upload.isComplete()) {
                    String job = upload.slot(call.caller()).location();
                    answer(call, SEE_OTHER, List.of(new HeaderField("Location", job)));
                } else {
                    tell(call, upload);
                }
            }
            case "PATCH" -> {
                append(exchange, call, upload);
                return;
            }
            case "DELETE" -> {
                upload.delete();
                answer(call, NO_CONTENT, List.of());
            }
            default ->
                throw new RefusedException(
                        GatewayError.BAD_REQUEST, "an upload's place takes HEAD, GET, PATCH and DELETE");
        }
        exchange.setRouteStop(true);
    }

    private void tell(HttpCall call, Upload upload) {
        upload.takeOver(); // what an older request still adds would make this untrue
        call.addToAnswer(() -> state(upload, false));
        answer(call, NO_CONTENT, List.of());
    }

    private void append(Exchange exchange, HttpCall call, Upload upload) throws RefusedException {
        UploadFields fields = UploadFields.of(call.head());
        String type =
                call.head().header("Content-Type").orElse("").split(";", 2)[0].strip();
        if (!type.toLowerCase(Locale.ROOT).equals(PART)) {
            throw new RefusedException(GatewayError.BAD_REQUEST, "Content-Type is not " + PART);
        }
        if (fields.offset().isEmpty() || fields.complete().isEmpty()) {
            throw new RefusedException(
                    GatewayError.BAD_REQUEST, "a part takes Upload-Offset, a number, and Upload-Complete, ?0 or ?1");
        }
        call.addToAnswer(() -> state(upload, false));
        long offset = fields.offset().getAsLong();
        Upload.Appending appending = upload.takeOver(offset);
        OptionalLong length = length(fields, call.body(), offset);
        if (length.isPresent()) {
            upload.ofLength(length.getAsLong());
        }
        take(exchange, call, upload, appending, fields.complete().get(), NO_CONTENT);
    }

    /** The upload's length by what a request says. */
    private static OptionalLong length(UploadFields fields, RequestBody body, long offset) throws RefusedException {
        boolean last = fields.complete().orElse(false) && body.length().isPresent();
        OptionalLong counted = last ? OptionalLong.of(offset + body.length().getAsLong()) : OptionalLong.empty();
        if (last && fields.length().isPresent() && !fields.length().equals(counted)) {
            throw new RefusedException(
                    GatewayError.UPLOAD_LENGTH,
                    "Upload-Length is " + fields.length().getAsLong() + ", and the last part ends at "
                            + counted.getAsLong());
        }
        return last ? counted : fields.length();
    }

    private void take(
            Exchange exchange, HttpCall call, Upload upload, Upload.Appending appending, boolean complete, int status)
            throws RefusedException {
        RequestBody body = call.body();
        try (appending) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int read; (read = body.read(piece)) >= 0; ) {
                appending.write(piece, read);
            }
        } catch (IOException e) {
            throw new RefusedException(GatewayError.BODY_INCOMPLETE, String.valueOf(e.getMessage()));
        }
        if (!complete) {
            answer(call, status, List.of());
            exchange.setRouteStop(true);
            return;
        }
        upload.complete(appending);
        exchange.setProperty(COMPLETED, upload);
        call.atEnd(() -> settle(call, upload));
        call.addToAnswer(() -> {
            settle(call, upload);
            return state(upload, status == CREATED);
        });
    }

    private static void settle(HttpCall call, Upload upload) {
        upload.settle(call.status() > 0 && call.error().isEmpty(), call.isRetryable());
    }

    /** How far it is, as headers. */
    private List<HeaderField> state(Upload upload, boolean begun) {
        boolean complete = upload.isComplete();
        List<HeaderField> headers = new ArrayList<>(List.of(
                new HeaderField(UploadFields.COMPLETE, complete ? "?1" : "?0"),
                new HeaderField(UploadFields.OFFSET, Long.toString(upload.offset())),
                new HeaderField("Upload-Limit", limit(directory.secondsLeft(upload)))));
        upload.length().ifPresent(bytes -> headers.add(new HeaderField(UploadFields.LENGTH, Long.toString(bytes))));
        if (begun && !complete) {
            headers.add(new HeaderField("Location", PATH + upload.id()));
        }
        return headers;
    }

    private String limit(long seconds) {
        return "max-size=" + directory.bytesOfCaller() + ", max-age=" + seconds;
    }

    private static void answer(HttpCall call, int status, List<HeaderField> headers) {
        List<HeaderField> all = new ArrayList<>(headers);
        all.add(new HeaderField("Cache-Control", "no-store"));
        call.answer(new HttpAnswer(status, all, 0, InputStream.nullInputStream(), ""));
    }

    /** Leaves the directory. */
    @Override
    public void close() throws IOException {
        if (directory != null) {
            directory.close();
        }
    }
}
