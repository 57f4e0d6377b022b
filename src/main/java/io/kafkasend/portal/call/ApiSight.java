package io.kafkasend.portal.call;

/** What one call has shown of the API's health. */
public enum ApiSight {
    /** It answered. */
    ANSWERED,
    /** It answered that it is not available: 502, 503 or 504. */
    UNAVAILABLE,
    /** There was no answer: it cannot be reached, or breaks off. */
    UNREACHABLE
}
