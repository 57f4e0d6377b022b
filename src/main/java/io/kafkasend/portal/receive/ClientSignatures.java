package io.kafkasend.portal.receive;

import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SignedRequest;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.client.SignatureCheck;

/** Verifies what known clients sign, reads it, and compares it with what came: the one place that does. Thread-safe. */
final class ClientSignatures {
    private final KnownClients clients;
    private final SignatureCheck check;
    private final MessageReader reader = new MessageReader();

    /**
     * @param clients whose keys count
     * @param check verifies
     */
    ClientSignatures(KnownClients clients, SignatureCheck check) {
        this.clients = clients;
        this.check = check;
    }

    /**
     * A START that some known client has signed.
     *
     * @throws PolicyViolation when none has signed it so
     */
    SignedStart start(RequestStart start) throws PolicyViolation {
        return start(start, verified(start.signature()));
    }

    /**
     * A START that this client has signed.
     *
     * @throws PolicyViolation when it has not signed it so
     */
    SignedStart startOf(String client, RequestStart start) throws PolicyViolation {
        return start(start, verifiedOf(client, start.signature()));
    }

    private SignedStart start(RequestStart start, SignatureCheck.Signed signature) throws PolicyViolation {
        return SignedStart.of(start, signature.clientId(), read(signature));
    }

    /**
     * @throws PolicyViolation when this client has not signed the CANCEL
     */
    void requireCancelOf(String client, RequestCancel cancel) throws PolicyViolation {
        SignedRequest signed = read(verifiedOf(client, cancel.signature()));
        if (!signed.message().equals(new RequestCancel(cancel.jobId()))) {
            throw invalid("the signature is not of this CANCEL");
        }
    }

    private SignatureCheck.Signed verifiedOf(String client, String signature) throws PolicyViolation {
        SignatureCheck.Signed signed = verified(signature);
        if (!signed.clientId().equals(client)) {
            throw invalid("the signature is another client's than the job");
        }
        return signed;
    }

    private SignatureCheck.Signed verified(String signature) throws PolicyViolation {
        if (signature == null) {
            throw new PolicyViolation(Reason.SIGNATURE_REQUIRED, "no signature");
        }
        return check.verify(signature, clients.keys());
    }

    private SignedRequest read(SignatureCheck.Signed signature) throws PolicyViolation {
        try {
            return reader.readSigned(signature.payload());
        } catch (ProtocolException e) {
            throw invalid("the signed payload: " + e.getMessage());
        }
    }

    private static PolicyViolation invalid(String detail) {
        return new PolicyViolation(Reason.SIGNATURE_INVALID, detail);
    }
}
