package io.kafkasend.security.client;

import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.HeaderPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the operator allows one client, beneath what the portal's own settings allow: it narrows them and widens nothing. What
 * is null is not narrowed; what is empty is allowed nothing. Immutable, thread-safe.
 *
 * @param endpoints the paths; or null
 * @param methods the methods' names; or null
 * @param headers the request headers; or null
 * @param requestsPerMinute at least 1; or null
 * @param bytesPerMinute at least 1; or null
 * @param replyTopics the topics that answers may go to beside the portal's own; or null
 * @param openJobs how many jobs may be open at once whose call has not begun, at least 1; or null
 * @param runningJobs how many calls may run at once, at least 1; or null
 * @param bytesHeld how many bytes of unfinished jobs the portal may hold, at least 1; or null
 */
public record ClientPolicy(
        EndpointPolicy endpoints,
        Set<String> methods,
        HeaderPolicy headers,
        Long requestsPerMinute,
        Long bytesPerMinute,
        Set<String> replyTopics,
        Long openJobs,
        Long runningJobs,
        Long bytesHeld) {
    /** Narrows nothing. */
    public static final ClientPolicy UNNARROWED =
            new ClientPolicy(null, null, null, null, null, null, null, null, null);

    /** Copies the sets. */
    public ClientPolicy {
        methods = methods == null ? null : Set.copyOf(methods);
        replyTopics = replyTopics == null ? null : Set.copyOf(replyTopics);
    }

    /**
     * Judges a request that the portal's own settings allow.
     *
     * @param method the method's name
     * @param endpoint as the client sent it
     * @param passing the headers that the portal would let pass
     * @throws PolicyViolation when the client may not ask for this
     */
    public void check(String method, String endpoint, Map<String, String> passing) throws PolicyViolation {
        if (methods != null && !methods.contains(method)) {
            throw new PolicyViolation(Reason.METHOD_NOT_ALLOWED, "the client's policy does not have this method");
        }
        if (endpoints != null) {
            requireEndpoint(endpoint);
        }
        List<String> dropped =
                headers == null ? List.of() : headers.filter(passing).dropped();
        if (!dropped.isEmpty()) {
            throw new PolicyViolation(Reason.HEADER_NOT_ALLOWED, "the client's policy does not have every header");
        }
    }

    private void requireEndpoint(String endpoint) throws PolicyViolation {
        try {
            endpoints.check(endpoint);
        } catch (PolicyViolation e) {
            throw e.reason() == Reason.ENDPOINT_NOT_ALLOWED // which of two lists is what the operator has to know
                    ? new PolicyViolation(Reason.ENDPOINT_NOT_ALLOWED, "the client's policy does not have this path")
                            .byClientPolicy()
                    : e.byClientPolicy();
        }
    }

    /**
     * Entries that have no effect, for a warning: a client's policy widens nothing.
     *
     * @param allowed the endpoints that the portal's own settings allow
     * @param passing the headers that they let pass
     * @param topics the topics that they let answers go to
     * @return each as its key and itself
     */
    public List<String> entriesBeyond(EndpointPolicy allowed, HeaderPolicy passing, Set<String> topics) {
        List<String> beyond = new ArrayList<>();
        if (endpoints != null) {
            Set<String> found = new LinkedHashSet<>(endpoints.entriesBeyond(allowed));
            found.addAll(endpoints.uselessEntries());
            found.forEach(entry -> beyond.add("endpoints: " + entry));
        }
        if (headers != null) {
            headers.entriesBeyond(passing).forEach(entry -> beyond.add("headers: " + entry));
        }
        if (replyTopics != null) {
            replyTopics.stream()
                    .filter(topic -> !topics.contains(topic))
                    .sorted()
                    .forEach(topic -> beyond.add("reply_topics: " + topic));
        }
        return beyond;
    }

    /** Whether answers may go to a topic that the portal's own settings allow. */
    public boolean allowsReplyTo(String topic) {
        return replyTopics == null || replyTopics.contains(topic);
    }
}
