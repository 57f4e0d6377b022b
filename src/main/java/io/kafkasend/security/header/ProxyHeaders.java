package io.kafkasend.security.header;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Names of request headers that servers and frameworks believe, since a proxy before them sets them: who the client is and
 * where it came from, under which host, path, scheme and method it called, and what the proxy wants done. By rules rather than
 * by a list alone, since each product spells them its own way.
 *
 * <p>Judged are the words of a name in any case, however they are joined, without a leading {@code x} or {@code http}:
 * {@code X-Client-IP}, {@code client_ip} and {@code HTTP_CLIENT_IP} are one name to CGI, WSGI, Rack and PHP.
 */
final class ProxyHeaders {
    /**
     * Whole names, in words: RFC 3875 (CGI) and its heirs; forwarding as Spring, Rack, Symfony, Werkzeug, IIS and gunicorn
     * read it; overridden methods and paths.
     */
    private static final Set<String> NAMES = Set.of(
            "authenticated-user",
            "authenticated-groups",
            "backend-host",
            "base-path",
            "base-url",
            "coming-from",
            "context-path",
            "custom-url",
            "destinationurl",
            "destination-url",
            "disguised-host",
            "document-root",
            "early-data",
            "front-end-https",
            "host",
            "hostname",
            "host-name",
            "https",
            "method",
            "path-info",
            "path-translated",
            "proto",
            "protocol",
            "protocol-scheme",
            "proxy",
            "proxyuser",
            "query-string",
            "raw-uri",
            "redirect-status",
            "redirect-url",
            "request-method",
            "request-path",
            "request-scheme",
            "request-uri",
            "request-url",
            "requesturi",
            "scheme",
            "script-filename",
            "script-name",
            "script-url",
            "server-name",
            "server-port",
            "server-protocol",
            "sp-edge-scheme",
            "ssl",
            "surrogate-capability",
            "target-host",
            "target-url",
            "token-subject",
            "uri",
            "url",
            "url-scheme",
            "userinfo",
            "was-default-hostname",
            "wsgi-url-scheme");

    /**
     * How names begin that one product sets, or that carry what a proxy found out: nginx, Envoy, IIS ARR and Azure, Akamai,
     * Cloudflare, CloudFront, Fastly, Fly, Imperva, App Engine and IAP, load balancers of AWS, Kong, oauth2-proxy, Authelia,
     * authentik, Pomerium, mod_auth_openidc, WebSEAL, WebLogic, Kubernetes' own API, Next.js; client certificates under all
     * of their names.
     */
    private static final List<String> FAMILIES = List.of(
            "accel",
            "akamai",
            "amzn-mtls",
            "amzn-oidc",
            "anonymous-consumer",
            "appengine",
            "appservice",
            "arr",
            "auth-request",
            "authentik",
            "azure",
            "cdn",
            "cf",
            "client-cert",
            "client-certificate",
            "client-dn",
            "client-verify",
            "clientcert",
            "cloudfront",
            "consumer",
            "credential",
            "envoy",
            "fastly",
            "fly",
            "goog-authenticated-user",
            "goog-iap",
            "impersonate",
            "incap",
            "istio",
            "iv",
            "lighttpd-send-file",
            "litespeed",
            "mellon",
            "middleware",
            "ms-client-principal",
            "ms-token",
            "oidc",
            "original",
            "originating",
            "pomerium",
            "proxy",
            "real",
            "remote",
            "rewrite",
            "sendfile",
            "ssl-client",
            "ssl-cert",
            "tls-client",
            "trusted-proxy",
            "vercel",
            "waws",
            "webauth",
            "wl-proxy",
            "xfcc");

    /** Words that make a name one of these wherever they stand. */
    private static final Set<String> WORDS = Set.of(
            "addr",
            "forward",
            "forwarder",
            "forwarding",
            "ip",
            "ipaddress",
            "ipaddr",
            "ips",
            "ipv4",
            "ipv6",
            "override",
            "remoteaddr",
            "remoteaddress");

    /** Whose address a word gives that ends in {@code ip}: {@code X-Azure-ClientIP}, but not {@code X-Ship}. */
    private static final List<String> OF_AN_ADDRESS = List.of(
            "client", "cluster", "connecting", "origin", "peer", "proxy", "real", "remote", "source", "src", "user");

    private ProxyHeaders() {}

    /**
     * Whether servers take the name for a proxy's.
     *
     * @param canonical as {@link HeaderNames#canonical} has it; may end in a hyphen, where it is the beginning of names
     */
    static boolean has(String canonical) {
        List<String> words = words(canonical);
        if (words.isEmpty()) {
            return false;
        }
        for (String word : words) {
            if (WORDS.contains(word) || word.contains("forwarded") || isAddress(word)) {
                return true;
            }
        }
        String name = String.join("-", words);
        return NAMES.contains(name) || FAMILIES.stream().anyMatch(family -> begins(name, family));
    }

    private static boolean begins(String name, String family) {
        return name.equals(family) || name.startsWith(family + "-");
    }

    private static boolean isAddress(String word) {
        return word.endsWith("ip")
                && OF_AN_ADDRESS.stream()
                        .anyMatch(whose -> word.length() == whose.length() + 2 && word.startsWith(whose));
    }

    private static List<String> words(String canonical) {
        List<String> words = new ArrayList<>();
        for (String word : canonical.split("-")) {
            boolean leading = words.isEmpty() && (word.equals("x") || word.equals("http"));
            if (!word.isEmpty() && !leading) {
                words.add(word);
            }
        }
        return words;
    }
}
