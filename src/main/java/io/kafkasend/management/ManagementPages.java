package io.kafkasend.management;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;

/** What the management port serves, by path: GET and HEAD; POST only where a part has something to be done. Thread-safe. */
final class ManagementPages {
    private final Map<String, Supplier<ManagementAnswer>> pages;
    private final List<ManagementPart> parts;
    private final boolean loopback;

    /**
     * @param pages by their paths
     * @param parts what other rooms serve below paths of theirs
     * @param loopback whether nobody but this machine may ask: then not in another host's name either, to which a web page
     *     may have its browser resolve any address
     */
    ManagementPages(Map<String, Supplier<ManagementAnswer>> pages, List<ManagementPart> parts, boolean loopback) {
        this.pages = Map.copyOf(pages);
        this.parts = List.copyOf(parts);
        this.loopback = loopback;
    }

    ManagementAnswer answer(HttpRequest given, InetAddress peer) {
        ManagementRequest request = ManagementRequest.of(given, peer);
        if (loopback && !request.byAddress()) {
            return ManagementAnswer.line(HttpStatus.SC_MISDIRECTED_REQUEST, "not this host");
        }
        Function<ManagementRequest, ManagementAnswer> page = page(request.path());
        if (page == null) {
            return ManagementAnswer.line(HttpStatus.SC_NOT_FOUND, "not found");
        }
        try {
            if (!Method.GET.isSame(given.getMethod()) && !Method.HEAD.isSame(given.getMethod())) {
                ManagementAnswer done = Method.POST.isSame(given.getMethod())
                        ? part(request.path()).map(part -> part.act(request)).orElse(null)
                        : null;
                return done == null
                        ? ManagementAnswer.line(HttpStatus.SC_METHOD_NOT_ALLOWED, "GET and HEAD only")
                        : done;
            }
            ManagementAnswer answer = page.apply(request);
            return answer == null ? ManagementAnswer.line(HttpStatus.SC_NOT_FOUND, "not found") : answer;
        } catch (RuntimeException | Error e) {
            return ManagementAnswer.line(HttpStatus.SC_INTERNAL_SERVER_ERROR, "failed");
        }
    }

    private Function<ManagementRequest, ManagementAnswer> page(String path) {
        Supplier<ManagementAnswer> page = pages.get(path);
        return page != null
                ? request -> page.get()
                : part(path)
                        .<Function<ManagementRequest, ManagementAnswer>>map(part -> part::answer)
                        .orElse(null);
    }

    private Optional<ManagementPart> part(String path) {
        return parts.stream()
                .filter(part -> path.equals(part.root()) || path.startsWith(part.root() + "/"))
                .findFirst();
    }
}
