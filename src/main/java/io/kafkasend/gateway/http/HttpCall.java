package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * One request of a caller and what becomes of it: the steps of the route read it, and leave the answer. It belongs to the thread that
 * runs the route, but for its body, and for {@link #gone}.
 */
public final class HttpCall {
    private static final String PROPERTY = "kafkasend-call";

    private final RequestHead head;
    private final RequestBody body;
    private final InetAddress peer;
    private final X509Certificate certificate;
    private final List<Runnable> atEnd = new ArrayList<>();
    private final long began = System.nanoTime();
    private String caller = "";
    private String jobId;
    private HttpAnswer answer;
    private boolean retryable;
    private final Set<String> dropped = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private boolean byToken;
    private Supplier<List<HeaderField>> added = List::of;
    private Interim interim;
    private Runnable whenGone = () -> {};
    private boolean gone;

    /**
     * @param certificate the caller's; or null
     */
    HttpCall(RequestHead head, RequestBody body, InetAddress peer, X509Certificate certificate) {
        this.head = head;
        this.body = body;
        this.peer = peer;
        this.certificate = certificate;
    }

    /** The one that an exchange of the route is about. */
    public static HttpCall of(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty(PROPERTY, HttpCall.class), "no call of a gateway");
    }

    void putInto(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** Method, target and headers. */
    public RequestHead head() {
        return head;
    }

    /** What comes after them. */
    public RequestBody body() {
        return body;
    }

    /** Where the caller's connection comes from. */
    public InetAddress peer() {
        return peer;
    }

    /** The caller's certificate, which its authority has vouched for. */
    public Optional<X509Certificate> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** Who calls; empty while that is not known. */
    public String caller() {
        return caller;
    }

    /** Says who calls. */
    public void calledBy(String name) {
        caller = name;
    }

    /** Says that {@code Authorization} was the gateway's own to read: it told who calls. */
    public void knownByToken() {
        byToken = true;
    }

    /**
     * Has headers of the request named to the caller that did not reach the API; not in a problem, with which nothing did.
     *
     * @param names those, which may be named already
     */
    public void dropped(Collection<String> names) {
        dropped.addAll(names);
    }

    /** The job's id; null before there is one. */
    public String jobId() {
        return jobId;
    }

    /** Names the job. */
    public void asJob(String id) {
        jobId = id;
    }

    /** Tells the caller something ahead of the answer. */
    @FunctionalInterface
    interface Interim {
        void tell(int status, String reason, List<HeaderField> headers) throws IOException;
    }

    void interimBy(Interim given) {
        interim = given;
    }

    /** Whether the caller can be told something ahead of the answer. */
    public boolean takesInterim() {
        return interim != null;
    }

    /**
     * Tells the caller something ahead of the answer, on the route's thread, before anybody reads the body.
     *
     * @param status 102 to 199
     */
    public void interim(int status, String reason, List<HeaderField> headers) throws IOException {
        interim.tell(status, reason, headers);
    }

    /** Has headers put into whatever the answer will be; asked when the answer is about to be written. */
    public void addToAnswer(Supplier<List<HeaderField>> headers) {
        added = headers;
    }

    List<HeaderField> addedToAnswer() {
        List<HeaderField> all = new ArrayList<>(added.get());
        List<String> named = dropped.stream()
                .filter(name -> !byToken || !name.equalsIgnoreCase("Authorization"))
                .toList();
        if (!named.isEmpty() && error().isEmpty()) {
            all.add(new HeaderField("KafkaSend-Dropped", String.join(", ", named)));
        }
        return all;
    }

    /** Leaves the answer. */
    public void answer(HttpAnswer given) {
        answer = given;
        retryable = false;
    }

    /** Leaves a problem for an answer. */
    public void answer(Problem problem) {
        List<HeaderField> headers = new ArrayList<>();
        headers.add(new HeaderField("Content-Type", Problem.TYPE));
        headers.add(new HeaderField("Cache-Control", "no-store"));
        problem.retryAfterSeconds()
                .ifPresent(seconds -> headers.add(new HeaderField("Retry-After", Integer.toString(seconds))));
        if (problem.code().equals(GatewayError.UNAUTHENTICATED.name())) {
            headers.add(new HeaderField("WWW-Authenticate", "Bearer realm=\"kafkasend\""));
        }
        if (problem.status() == 405) {
            headers.add(new HeaderField("Allow", ""));
        }
        answer = HttpAnswer.of(problem.status(), headers, problem.json(jobId), problem.code());
        retryable = problem.retryable();
    }

    /** The answer that a step has left; null while there is none. */
    HttpAnswer answer() {
        return answer;
    }

    /** The answer's status; 0 while there is none. */
    public int status() {
        return answer == null ? 0 : answer.status();
    }

    /** The bridge's own code where it is what failed; else empty. */
    public String error() {
        return answer == null ? "" : answer.error();
    }

    /** Whether the answer is a problem by which nothing was done. */
    public boolean isRetryable() {
        return retryable;
    }

    /** How long it has taken. */
    public long millis() {
        return (System.nanoTime() - began) / 1_000_000;
    }

    /** Has something done when the call is over, however it ends; the last that was asked for comes first. */
    public void atEnd(Runnable task) {
        atEnd.add(task);
    }

    void end() {
        for (int i = atEnd.size() - 1; i >= 0; i--) {
            atEnd.get(i).run();
        }
    }

    /** Has something done when the caller goes away before the answer is whole; at once where it has. Any thread. */
    public void whenGone(Runnable task) {
        boolean now;
        synchronized (this) {
            whenGone = task;
            now = gone;
        }
        if (now) {
            task.run();
        }
    }

    /** The caller has gone away. Any thread. */
    void gone() {
        Runnable task;
        synchronized (this) {
            gone = true;
            task = whenGone;
        }
        task.run();
    }

    /** Whether the caller has gone away before its answer was whole. Any thread. */
    public synchronized boolean isGone() {
        return gone;
    }
}
