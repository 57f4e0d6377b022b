package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.diagnose.Verdict.Fault;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SignedRequest;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.client.ClientKey;
import io.kafkasend.security.client.SignatureCheck;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Judges signatures, where clients' keys are there to verify them with. Immutable. */
final class SignatureJudge {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final String SUFFIX = ".pem";
    private static final int MOST_BYTES = 64 << 10;

    private final Map<String, ClientKey> keys;
    private final SignatureCheck check = new SignatureCheck(LONGEST);
    private final MessageReader messages = new MessageReader();

    /** @param keys by client; empty where none are known */
    SignatureJudge(Map<String, ClientKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * One by the public keys of a directory, as a portal has it: {@code CLIENT.pem}.
     *
     * @param directory null for none
     * @throws IllegalArgumentException where it cannot be read, or a file of it is no key
     */
    static SignatureJudge of(Path directory) {
        Map<String, ClientKey> keys = new HashMap<>();
        if (directory == null) {
            return new SignatureJudge(keys);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                keys.put(name.substring(0, name.length() - SUFFIX.length()), key(file));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("--client-keys cannot be read: " + directory, e);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("--client-keys has no file NAME" + SUFFIX + ": " + directory);
        }
        return new SignatureJudge(keys);
    }

    private static ClientKey key(Path file) throws IOException {
        try {
            return ClientKey.ofPem(Files.size(file) > MOST_BYTES ? "" : Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--client-keys: " + file + " " + e.getMessage(), e);
        }
    }

    /** Of a START: at the time when it was written. */
    void judge(RequestStart start, ConsumerRecord<byte[], byte[]> record, List<Fault> faults, List<String> notes) {
        if (start.signature() == null) {
            if (!keys.isEmpty()) {
                notes.add("START is not signed: a portal that requires signatures answers SIGNATURE_REQUIRED");
            }
            return;
        }
        if (keys.isEmpty()) {
            notes.add("the signature was not verified: --client-keys names the public keys");
            return;
        }
        try {
            SignatureCheck.Signed signed = check.verify(start.signature(), keys);
            SignedRequest payload = messages.readSigned(signed.payload());
            if (!(payload.message() instanceof RequestStart other)) {
                throw invalid("the signature is not of a START");
            }
            String difference = start.differsIn(other).orElse(null);
            if (difference != null) {
                throw invalid("START's " + difference + " is not what was signed");
            }
            if (start.sha256() == null) {
                throw invalid("sha256 is missing, so that the signature does not cover the body");
            }
            if (start.clientId() != null && !start.clientId().equals(signed.clientId())) {
                throw invalid("client_id is not kid");
            }
            if (!payload.audience().equals(record.topic()) || payload.partition() != record.partition()) {
                String wrong = "aud and partition of the signature are not where the record lies, " + record.topic()
                        + " and " + record.partition() + ": such a START is taken for a copy";
                faults.add(new Fault(null, wrong, "partition " + payload.partition(), Sections.SIGNATURES));
            }
            check.requireTime(payload.issuedAt(), payload.expires(), record.timestamp() / 1000);
        } catch (PolicyViolation e) {
            ErrorCode code =
                    e.reason() == Reason.SIGNATURE_EXPIRED ? ErrorCode.SIGNATURE_EXPIRED : ErrorCode.SIGNATURE_INVALID;
            faults.add(new Fault(code, e.detail(), null, Sections.SIGNATURES));
        } catch (ProtocolException e) {
            String wrong = "the signed payload: " + e.getMessage();
            faults.add(new Fault(ErrorCode.SIGNATURE_INVALID, wrong, null, Sections.SIGNATURES));
        }
    }

    /** Of a CANCEL: where START was signed, it has to be, by the same client. */
    void judge(RequestStart start, RequestCancel cancel, List<Fault> faults, List<String> notes) {
        if (start.signature() == null) {
            return;
        }
        try {
            if (cancel.signature() == null) {
                throw invalid("START was signed, and CANCEL is not");
            }
            if (keys.isEmpty()) {
                notes.add("the signature was not verified: --client-keys names the public keys");
                return;
            }
            SignatureCheck.Signed signed = check.verify(cancel.signature(), keys);
            if (!signed.clientId().equals(check.verify(start.signature(), keys).clientId())) {
                throw invalid("the signature is another client's than START's");
            }
            if (!messages.readSigned(signed.payload()).message().equals(new RequestCancel(cancel.jobId()))) {
                throw invalid("the signed payload is not job_id, message_type and sequence of this CANCEL");
            }
        } catch (PolicyViolation e) {
            faults.add(new Fault(null, e.detail(), null, Sections.SIGNATURES));
        } catch (ProtocolException e) {
            faults.add(new Fault(null, "the signed payload: " + e.getMessage(), null, Sections.SIGNATURES));
        }
    }

    private static PolicyViolation invalid(String detail) {
        return new PolicyViolation(Reason.SIGNATURE_INVALID, detail);
    }
}
