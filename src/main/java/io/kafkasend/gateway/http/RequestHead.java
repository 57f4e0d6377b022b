package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.GatewayError;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpVersion;

/**
 * A request's head, vetted. Immutable.
 *
 * @param method as it was written
 * @param target path and query
 * @param host what the request was made to, with its port where it has one; empty for HTTP/1.0 without
 * @param headers in their order, as they came
 * @param persistent whether the connection may serve another request after it
 * @param chunkable whether the caller reads an answer in chunks
 */
public record RequestHead(
        String method, String target, String host, List<HeaderField> headers, boolean persistent, boolean chunkable) {
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]+)([/?].*)?");
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:[0-9]{0,5})?");

    static RequestHead of(HttpRequest request) throws MalformedException {
        List<HeaderField> headers = Arrays.stream(request.getHeaders())
                .map(header -> new HeaderField(header.getName(), header.getValue()))
                .toList();
        boolean modern = HttpVersion.HTTP_1_1.equals(request.getVersion());
        List<String> hosts = headers.stream()
                .filter(header -> header.is("Host"))
                .map(HeaderField::value)
                .toList();
        if (hosts.size() > 1 || modern && hosts.isEmpty()) {
            throw new MalformedException(GatewayError.BAD_REQUEST, "a request has one Host");
        }
        String host = hosts.isEmpty() ? "" : hosts.get(0);
        String target = request.getPath();
        Matcher absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            host = absolute.group(1);
            String rest = absolute.group(2) == null ? "/" : absolute.group(2);
            target = rest.startsWith("?") ? "/" + rest : rest;
        }
        if (!HOST.matcher(host).matches()) {
            throw new MalformedException(GatewayError.BAD_REQUEST, "Host is no host and port");
        }
        if (!target.startsWith("/") || target.indexOf('#') >= 0) {
            throw new MalformedException(GatewayError.BAD_REQUEST, "the target is no path, with or without a query");
        }
        boolean close = tokens(headers, "Connection").contains("close");
        return new RequestHead(request.getMethod(), target, host, headers, modern && !close, modern);
    }

    /** The value of the first header of this name. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.is(name))
                .map(HeaderField::value)
                .findFirst();
    }

    /** Whether there is a header of this name. */
    public boolean has(String name) {
        return header(name).isPresent();
    }

    /** The members of a header that is a list of tokens, in lower case. */
    public List<String> tokens(String name) {
        return tokens(headers, name);
    }

    /** The path without the query, which may hold what must not be logged. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static List<String> tokens(List<HeaderField> headers, String name) {
        return headers.stream()
                .filter(header -> header.is(name))
                .flatMap(header -> Arrays.stream(header.value().split(",")))
                .map(token -> token.strip().toLowerCase(Locale.ROOT))
                .filter(token -> !token.isEmpty())
                .toList();
    }
}
