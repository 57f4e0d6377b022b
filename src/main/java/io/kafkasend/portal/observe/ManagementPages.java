package io.kafkasend.portal.observe;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.net.InetAddressUtils;
import org.apache.hc.core5.net.URIAuthority;

/** What the management port serves, by path: GET and HEAD, and nothing that changes anything. Thread-safe. */
final class ManagementPages {
    private final Map<String, Supplier<ManagementAnswer>> pages;
    private final boolean loopback;

    /**
     * @param pages by their paths
     * @param loopback whether nobody but this machine may ask: then not in another host's name either, to which a web page
     *     may have its browser resolve any address
     */
    ManagementPages(Map<String, Supplier<ManagementAnswer>> pages, boolean loopback) {
        this.pages = Map.copyOf(pages);
        this.loopback = loopback;
    }

    ManagementAnswer answer(HttpRequest request) {
        if (loopback && !isOfThisMachine(request.getAuthority())) {
            return ManagementAnswer.line(HttpStatus.SC_MISDIRECTED_REQUEST, "not this host");
        }
        Supplier<ManagementAnswer> page = pages.get(path(request));
        if (page == null) {
            return ManagementAnswer.line(HttpStatus.SC_NOT_FOUND, "not found");
        }
        if (!Method.GET.isSame(request.getMethod()) && !Method.HEAD.isSame(request.getMethod())) {
            return ManagementAnswer.line(HttpStatus.SC_METHOD_NOT_ALLOWED, "GET and HEAD only");
        }
        try {
            return page.get();
        } catch (RuntimeException | Error e) {
            return ManagementAnswer.line(HttpStatus.SC_INTERNAL_SERVER_ERROR, "failed");
        }
    }

    private static String path(HttpRequest request) {
        String path = request.getPath();
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static boolean isOfThisMachine(URIAuthority authority) {
        return authority == null
                || authority.getHostName().equalsIgnoreCase("localhost")
                || InetAddressUtils.isIPv4(authority.getHostName())
                || InetAddressUtils.isIPv6(authority.getHostName());
    }
}
