package io.kafkasend.portal.console;

import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.Printable;
import java.util.Optional;

/**
 * What the console says of a request: no query, which may hold what is its client's own, and nothing that was not made
 * printable. Immutable.
 *
 * @param method the HTTP method; empty where no START is known
 * @param path the endpoint's path, printable ASCII of at most {@value #PATH} characters
 * @param client the client that signed it, or {@value #UNSIGNED}
 */
record ShownRequest(String method, String path, String client) {
    static final int PATH = 200;
    static final String UNSIGNED = "unsigned";

    static ShownRequest of(RequestStart start, Requester caller) {
        return of(Optional.of(start), caller.clientId());
    }

    static ShownRequest of(Optional<RequestStart> start, Optional<String> client) {
        return new ShownRequest(
                start.map(given -> given.method().name()).orElse(""),
                start.map(given -> path(given.endpoint())).orElse(""),
                client.map(name -> Printable.of(name, PATH)).orElse(UNSIGNED));
    }

    private static String path(String endpoint) {
        int end = 0;
        while (end < endpoint.length() && endpoint.charAt(end) != '?' && endpoint.charAt(end) != '#') {
            end++;
        }
        return Printable.of(endpoint.substring(0, end), PATH);
    }
}
