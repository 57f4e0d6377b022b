package io.kafkasend.portal.requester;

import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.client.ClientPolicy;
import io.kafkasend.security.client.SignatureCheck;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Who sent a request, as far as the portal knows, and where its answer goes. Immutable, thread-safe. */
public final class Requester {
    private final String clientId;
    private final PolicyNow policy;
    private final String replyTopic;
    private final long expires;

    /** Tells what a client may ask for at the moment. */
    @FunctionalInterface
    public interface PolicyNow {
        /**
         * The policy; empty for nothing.
         *
         * @throws PolicyViolation when that is not known now
         */
        Optional<ClientPolicy> get() throws PolicyViolation;
    }

    /**
     * @param clientId the client that signed the request; null where it is not signed, or nobody looked
     * @param policy what the client may ask for at the moment; empty for nothing
     * @param replyTopic the vetted topic of the answer; null for the portal's own
     */
    public Requester(String clientId, PolicyNow policy, String replyTopic) {
        this(clientId, policy, replyTopic, Long.MAX_VALUE);
    }

    private Requester(String clientId, PolicyNow policy, String replyTopic, long expires) {
        this.clientId = clientId;
        this.policy = policy;
        this.replyTopic = replyTopic;
        this.expires = expires;
    }

    /** The client that signed the request; empty where it is not signed, or nobody looked. */
    public Optional<String> clientId() {
        return Optional.ofNullable(clientId);
    }

    /** Whose share its jobs take. */
    public Flow flow() {
        return clientId != null ? new Flow(true, clientId) : new Flow(false, replyTopic == null ? "" : replyTopic);
    }

    /** What the caller may ask for at the moment; empty for nothing, and where that is not known now. */
    public Optional<ClientPolicy> policyNow() {
        try {
            return policy.get();
        } catch (PolicyViolation e) {
            return Optional.empty();
        }
    }

    /** The vetted topic of the answer; empty for the portal's own. */
    public Optional<String> replyTopic() {
        return Optional.ofNullable(replyTopic);
    }

    /** This caller, with its answer on a topic that was vetted. */
    public Requester answeredOn(String topic) {
        return new Requester(clientId, policy, topic, expires);
    }

    /** This caller, whose signature is good until then, in seconds of the epoch. */
    public Requester until(long seconds) {
        return new Requester(clientId, policy, replyTopic, seconds);
    }

    /**
     * Says whether a call may begin now.
     *
     * @throws PolicyViolation when the time is over that the client signed
     */
    public void requireInTime(Clock clock) throws PolicyViolation {
        if (expires < clock.instant().getEpochSecond() - SignatureCheck.SKEW.toSeconds()) {
            throw new PolicyViolation(Reason.SIGNATURE_EXPIRED, "exp was over before the call could begin");
        }
    }

    /**
     * What the caller may ask for at the moment.
     *
     * @throws PolicyViolation when it may ask for nothing
     */
    public ClientPolicy policy() throws PolicyViolation {
        return policy.get()
                .orElseThrow(() ->
                        new PolicyViolation(Reason.CLIENT_NOT_ALLOWED, "the policies have no entry for this client"));
    }

    /**
     * Judges a request by the caller's own policy.
     *
     * @param passing the headers that the portal would let pass
     * @throws PolicyViolation when the caller may not ask for this
     */
    public void check(RequestStart start, Map<String, String> passing) throws PolicyViolation {
        policy().check(start.method().name(), start.endpoint(), passing);
    }
}
