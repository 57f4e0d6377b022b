package io.kafkasend.portal.observe;

import java.net.URI;

/** A place that the portal connects to, as it may be shown: a URL's path and query are its owner's own. */
final class Place {
    private Place() {}

    /** Scheme, host and port. */
    static String of(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
