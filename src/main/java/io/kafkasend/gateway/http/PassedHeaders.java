package io.kafkasend.gateway.http;

import io.kafkasend.protocol.SecretHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which headers are passed on, either way: none of the connection's own (RFC 9110 §7.6.1), and no secret of the caller's. Stateless. */
public final class PassedHeaders {
    /** It goes on in START, where portals look for it. */
    public static final String TRACEPARENT = "traceparent";

    private static final String FORWARDED = "forwarded";
    private static final Set<String> OF_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length");

    /** What the gateway itself reads, and nobody behind it is to see. */
    private static final Set<String> OF_GATEWAY = Set.of("host", "expect", FORWARDED, TRACEPARENT);

    private static final Set<String> OF_SERVER = Set.of("proxy-authenticate", "proxy-authentication-info");
    private static final String OWN = "kafkasend-";

    private PassedHeaders() {}

    /**
     * Those of a request.
     *
     * @param secrets which are its caller's own
     */
    public static List<HeaderField> of(RequestHead head, SecretHeaders secrets) {
        Set<String> dropped = new HashSet<>(OF_CONNECTION);
        dropped.addAll(OF_GATEWAY);
        dropped.addAll(head.tokens("Connection"));
        return without(dropped, head.headers()).stream()
                .filter(field -> !secrets.has(field.name()))
                .toList();
    }

    /**
     * The names of those of a request that end here and are nothing to the connection or to the gateway: whoever sent them may wait for
     * the API to see them.
     *
     * @param secrets which are its caller's own
     */
    public static List<String> withheld(RequestHead head, SecretHeaders secrets) {
        return head.headers().stream()
                .filter(field -> secrets.has(field.name()) || field.is(FORWARDED) || isOwn(field))
                .map(HeaderField::name)
                .toList();
    }

    /**
     * Those of an answer.
     *
     * @param bodiless whether the answer has none, so that a length says what it would have been
     */
    public static List<HeaderField> of(List<HeaderField> answer, boolean bodiless) {
        Set<String> dropped = new HashSet<>(OF_CONNECTION);
        dropped.addAll(OF_SERVER);
        if (bodiless) {
            dropped.remove("content-length");
        }
        answer.stream()
                .filter(field -> field.is("Connection"))
                .flatMap(field -> List.of(field.value().split(",")).stream())
                .forEach(token -> dropped.add(token.strip().toLowerCase(Locale.ROOT)));
        return without(dropped, answer);
    }

    private static List<HeaderField> without(Set<String> dropped, List<HeaderField> fields) {
        List<HeaderField> passed = new ArrayList<>();
        for (HeaderField field : fields) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!dropped.contains(name) && !isOwn(field)) {
                passed.add(field);
            }
        }
        return passed;
    }

    private static boolean isOwn(HeaderField field) {
        return field.name().toLowerCase(Locale.ROOT).startsWith(OWN);
    }
}
