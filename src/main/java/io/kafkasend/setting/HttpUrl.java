package io.kafkasend.setting;

import java.net.URI;
import java.net.URISyntaxException;

/** Reads the URLs of the settings, and says of an unfit one which rule it breaks. */
public final class HttpUrl {
    private HttpUrl() {}

    /**
     * An http or https URL of a server.
     *
     * @throws UnfitValueException for one that has no host, or a user, query or fragment
     */
    public static URI read(String value) {
        URI url;
        try {
            url = new URI(value);
        } catch (URISyntaxException e) {
            throw new UnfitValueException(
                    value.chars().anyMatch(c -> c <= ' ' || c >= 127)
                            ? "which holds a space or another character that stands in a URL as %XX only"
                            : "which is no URL (RFC 3986)");
        }
        String scheme = url.getScheme();
        if (scheme == null || url.isOpaque()) {
            // localhost:8080 is a URL of the scheme localhost
            throw new UnfitValueException("which does not begin with http:// or https://");
        }
        if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
            throw new UnfitValueException("whose scheme is neither http nor https");
        }
        if (url.getRawUserInfo() != null
                || url.getRawAuthority() != null && url.getRawAuthority().contains("@")) {
            throw new UnfitValueException("which holds a user name or password");
        }
        if (url.getHost() == null) {
            throw new UnfitValueException(hostRule(url.getRawAuthority()));
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            throw new UnfitValueException("whose port is outside 1 to 65535");
        }
        if (url.getRawQuery() != null) {
            throw new UnfitValueException("which has a query (?)");
        }
        if (url.getRawFragment() != null) {
            throw new UnfitValueException("which has a fragment (#)");
        }
        return url;
    }

    /** Which rule a URL breaks in which Java finds no host. */
    public static String hostRule(String authority) {
        if (authority == null || authority.startsWith(":")) {
            return "which has no host";
        }
        if (authority.contains("_")) {
            return "whose host has an underscore, which Java takes in no URL (RFC 1123 §2.1 allows letters, digits, '-' and '.';"
                    + " give the service a network alias without one)";
        }
        return "whose host or port is not well-formed";
    }
}
