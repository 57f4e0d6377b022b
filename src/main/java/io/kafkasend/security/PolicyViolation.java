package io.kafkasend.security;

import java.util.Objects;

/**
 * The policy refuses what was asked. Carries no stack trace, since hostile input makes it an ordinary event, and
 * nothing of the input but at most a code point and its place. Immutable, thread-safe.
 */
public final class PolicyViolation extends Exception {
    /** Greatest length of {@link #detail()}, in characters. */
    public static final int MAX_DETAIL_LENGTH = 100;

    private static final long serialVersionUID = 1L;

    /** Why, in one stable word. */
    public enum Reason {
        /** The endpoint is not the path and optional query of RFC 3986, or has a reading that is not harmless. */
        ENDPOINT_MALFORMED,
        /** The endpoint is well formed, but the operator's allow-list does not have it. */
        ENDPOINT_NOT_ALLOWED,
        /** A segment or query value names an internal host, or is a URL that leads to one. */
        ENDPOINT_FORBIDDEN_HOST,
        /** The client's own policy does not have the method. */
        METHOD_NOT_ALLOWED,
        /** The client's own policy does not have a header that the portal would let pass. */
        HEADER_NOT_ALLOWED,
        /** The answer is asked for on a topic that is not allowed. */
        REPLY_TOPIC_NOT_ALLOWED,
        /** There is no signature, and the operator demands one. */
        SIGNATURE_REQUIRED,
        /** The signature is none of a known client, or not over this request. */
        SIGNATURE_INVALID,
        /** The signature's time is not now, or too long. */
        SIGNATURE_EXPIRED,
        /** A copy of a request that was there before. */
        SIGNATURE_REPLAYED,
        /** The files that say who clients are and what they may ask for could not be looked at for too long. */
        AUTHENTICATION_UNAVAILABLE,
        /** The operator's policies have no entry for the client. */
        CLIENT_NOT_ALLOWED,
        /** A host name resolved to an address that the portal does not connect to. */
        ADDRESS_FORBIDDEN
    }

    /** What of the operator's refuses, for whoever has to change it. */
    public enum Rule {
        /** What every endpoint has to be like; no setting changes it. */
        SYNTAX("syntax"),
        /** A list of the portal's settings of what is allowed. */
        ALLOW_LIST("allow-list"),
        /** The internal hosts and addresses that nobody may name or reach. */
        DENY_LIST("deny-list"),
        /** The client's own entry in the policies. */
        CLIENT_POLICY("client-policy"),
        /** The signature, and the keys that it is checked with. */
        SIGNATURE("signature");

        private final String title;

        Rule(String title) {
            this.title = title;
        }

        /** As logs have it. */
        @Override
        public String toString() {
            return title;
        }
    }

    private final Reason reason;
    private final String detail;
    private final Rule rule;

    /**
     * A refusal.
     *
     * @param reason why
     * @param detail what was found, in a few words; is escaped and cut to {@value #MAX_DETAIL_LENGTH} characters
     */
    public PolicyViolation(Reason reason, String detail) {
        this(Objects.requireNonNull(reason, "reason"), Printable.of(detail, MAX_DETAIL_LENGTH), rule(reason));
    }

    private PolicyViolation(Reason reason, String printable, Rule rule) {
        super(reason + ": " + printable, null, false, false);
        this.reason = reason;
        this.detail = printable;
        this.rule = rule;
    }

    private static Rule rule(Reason reason) {
        return switch (reason) {
            case ENDPOINT_MALFORMED -> Rule.SYNTAX;
            case ENDPOINT_NOT_ALLOWED, REPLY_TOPIC_NOT_ALLOWED -> Rule.ALLOW_LIST;
            case ENDPOINT_FORBIDDEN_HOST, ADDRESS_FORBIDDEN -> Rule.DENY_LIST;
            case METHOD_NOT_ALLOWED, HEADER_NOT_ALLOWED, CLIENT_NOT_ALLOWED -> Rule.CLIENT_POLICY;
            case SIGNATURE_REQUIRED,
                    SIGNATURE_INVALID,
                    SIGNATURE_EXPIRED,
                    SIGNATURE_REPLAYED,
                    AUTHENTICATION_UNAVAILABLE -> Rule.SIGNATURE;
        };
    }

    /** The same refusal, by the client's own policy where it could have been another's. */
    public PolicyViolation byClientPolicy() {
        return new PolicyViolation(reason, detail, Rule.CLIENT_POLICY);
    }

    /** What of the operator's refuses. */
    public Rule rule() {
        return rule;
    }

    /**
     * Why.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * What was found, safe for logs: printable ASCII, at most {@value #MAX_DETAIL_LENGTH} characters, nothing of the
     * allow-list.
     *
     * @return a few words
     */
    public String detail() {
        return detail;
    }
}
