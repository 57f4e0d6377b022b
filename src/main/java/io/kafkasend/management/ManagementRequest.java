package io.kafkasend.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.net.InetAddressUtils;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.net.WWWFormCodec;

/**
 * What is asked of the management port, without its body, at which nobody looks. Immutable.
 *
 * @param path the path, without the query, as it was sent
 * @param query the query's parameters, decoded; of several with one name the last
 * @param head whether it is HEAD: nothing but the head goes back
 * @param peer who asks
 * @param byAddress whether it asks for localhost or an address, and not for a name to which a web page may have its browser
 *     resolve any address
 * @param site where a browser says that it comes from, as {@code Sec-Fetch-Site} has it; empty from others
 * @param deliberate whether it has the header that asks for an effect, and no web page but the port's own can have sent it: a
 *     browser sends that header to no other site before it has asked, which the port does not answer, and names the page's
 *     origin
 */
public record ManagementRequest(
        String path,
        Map<String, String> query,
        boolean head,
        InetAddress peer,
        boolean byAddress,
        String site,
        boolean deliberate) {
    /** The header of a request that is to have an effect, with any value. */
    public static final String ACTION = "X-KafkaSend-Action";

    private static final String SITE = "Sec-Fetch-Site";
    private static final String ORIGIN = "Origin";

    /** Copies the parameters. */
    public ManagementRequest {
        query = Map.copyOf(query);
    }

    static ManagementRequest of(HttpRequest request, InetAddress peer) {
        String path = request.getPath();
        int at = path.indexOf('?');
        Header site = request.getFirstHeader(SITE);
        return new ManagementRequest(
                at < 0 ? path : path.substring(0, at),
                at < 0 ? Map.of() : parameters(path.substring(at + 1)),
                Method.HEAD.isSame(request.getMethod()),
                peer,
                isAddress(request.getAuthority()),
                site == null ? "" : site.getValue(),
                request.getFirstHeader(ACTION) != null && isOwn(request));
    }

    private static boolean isOwn(HttpRequest request) {
        Header site = request.getFirstHeader(SITE);
        Header origin = request.getFirstHeader(ORIGIN);
        return (site == null || site.getValue().equals("same-origin"))
                && (origin == null
                        || request.getAuthority() != null
                                && origin.getValue().equals("http://" + request.getAuthority()));
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        WWWFormCodec.parse(query, UTF_8)
                .forEach(pair -> parameters.put(pair.getName(), pair.getValue() == null ? "" : pair.getValue()));
        return parameters;
    }

    static boolean isAddress(URIAuthority authority) {
        return authority == null
                || authority.getHostName().equalsIgnoreCase("localhost")
                || InetAddressUtils.isIPv4(authority.getHostName())
                || InetAddressUtils.isIPv6(authority.getHostName());
    }
}
