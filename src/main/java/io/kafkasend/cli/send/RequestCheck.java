package io.kafkasend.cli.send;

import io.kafkasend.protocol.Filename;
import io.kafkasend.protocol.MediaType;
import io.kafkasend.protocol.SecretHeaders;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.FilteredHeaders;
import io.kafkasend.security.header.HeaderPolicy;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What no portal lets pass, whatever its settings: told before anything is sent. Each method throws {@link IllegalArgumentException}. */
public final class RequestCheck {
    private static final Pattern URL = Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*([^#]*).*");

    private RequestCheck() {}

    /** Path and query. */
    public static void endpoint(String endpoint) {
        Matcher url = URL.matcher(endpoint);
        if (url.matches()) {
            String rest = url.group(1).startsWith("/") ? url.group(1) : "/" + url.group(1);
            throw new IllegalArgumentException(
                    "--endpoint is a full URL; it takes path and query only: " + rest + ", at the API of the portal");
        }
        try {
            new EndpointPolicy("/none", false).check(endpoint);
        } catch (PolicyViolation e) {
            if (e.reason() == PolicyViolation.Reason.ENDPOINT_MALFORMED) {
                throw new IllegalArgumentException("no portal takes this --endpoint: " + e.detail()
                        + "; it takes path and query as in /api/v1/items?page=2, other characters as %20 and the like");
            }
        }
    }

    /** What others are not to read, who read the topic; never its value. */
    static void secrets(Collection<String> names, SecretHeaders secrets) {
        secrets.among(names).stream().findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("--" + SecretHeaders.refusal(name));
        });
    }

    /** Names and values. */
    static void headers(Map<String, String> headers) {
        HeaderPolicy everything = new HeaderPolicy(String.join(",", headers.keySet()));
        if (!everything.uselessEntries().isEmpty()) {
            throw new IllegalArgumentException("--header " + String.join(", ", everything.uselessEntries())
                    + " never passes a portal: credentials, cookies, connection and proxy headers are its own");
        }
        FilteredHeaders filtered = everything.filter(headers);
        if (!filtered.dropped().isEmpty()) {
            throw new IllegalArgumentException(
                    "--header " + filtered.droppedForLog()
                            + " never passes a portal: a value takes printable ASCII only, and one name stands for all spellings");
        }
    }

    /** The file's name in a form. */
    static void filename(String name) {
        Filename.fault(name).ifPresent(fault -> {
            throw new IllegalArgumentException("no portal takes this file: " + fault + " (--filename gives another)");
        });
    }

    /**
     * The body's media type.
     *
     * @param form whether it is that of a form's file
     */
    static void contentType(String type, boolean form) {
        MediaType.fault(type, form).ifPresent(fault -> {
            throw new IllegalArgumentException("no portal takes this --content-type: " + fault);
        });
    }
}
