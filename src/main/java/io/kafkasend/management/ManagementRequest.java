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
 */
public record ManagementRequest(
        String path, Map<String, String> query, boolean head, InetAddress peer, boolean byAddress, String site) {
    private static final String SITE = "Sec-Fetch-Site";

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
                site == null ? "" : site.getValue());
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
