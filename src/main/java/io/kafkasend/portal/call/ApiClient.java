package io.kafkasend.portal.call;

import io.kafkasend.config.ApiSettings;
import io.kafkasend.http.OneJobEach;
import io.kafkasend.portal.connect.Destination;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpActivityListener;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.pool.ConnPoolControl;
import org.apache.hc.core5.util.TimeValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the HTTP producer's client may do: reach the configured API and nothing else, at an address that was checked, ask
 * for the validated endpoint byte for byte, follow no redirect, keep no cookie, repeat nothing by itself, take no longer than
 * the job may, and share no connection but as {@link OneJobEach} says. Thread-safe.
 */
public final class ApiClient extends ServiceSupport implements HttpClientConfigurer, HttpActivityListener {
    private static final Logger LOG = LoggerFactory.getLogger(ApiClient.class);
    /** Where Camel's producer leaves the exchange for an activity listener. */
    private static final String EXCHANGE = "org.apache.camel.Exchange";

    /** How long connecting may take. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    private final Destination destination;
    private final int calls;
    private final Duration readTimeout;
    private final HttpHost target;
    private final String basePath;
    /** Made anew whenever the routes start again; null before they do. */
    private volatile Deadlines deadlines;

    private volatile HttpClientConnectionManager connections;

    /**
     * @param configuration names the API, and how it is connected to
     */
    public ApiClient(PortalConfiguration configuration) {
        this.destination = Destination.api(configuration.settings(), configuration.names());
        this.calls = configuration.maxConcurrentJobs();
        this.readTimeout = configuration.callTimeout();
        URI url = configuration.settings().get(ApiSettings.TARGET_API_URL);
        this.target = new HttpHost(url.getScheme().toLowerCase(java.util.Locale.ROOT), url.getHost(), port(url));
        this.basePath = withoutTrailingSlash(url.getRawPath());
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        // In place of Camel's pool, whose resolver cannot be set; the endpoint's options for it have no effect.
        connections = destination.connections(calls, CONNECT_TIMEOUT, readTimeout);
        builder.setConnectionManager(connections)
                .setConnectionManagerShared(true) // or an endpoint that stops would close it for good
                .setRoutePlanner(destination.routes())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("KafkaSend");
        OneJobEach.govern(builder);
        builder.addExecInterceptorFirst("job-deadline", this::withinDeadline)
                .addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "vetted-target", this::toVettedTarget);
    }

    /** Ends the call when the job's time is over, also while the answer's body is read. */
    private ClassicHttpResponse withinDeadline(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Exchange exchange = (Exchange) scope.clientContext.getAttribute(EXCHANGE);
        Job job = JobExchange.of(exchange).job();
        if (scope.execRuntime instanceof Cancellable call) {
            job.state().whenAborted(call::cancel);
        }
        CallDeadline deadline = CallDeadline.of(job, deadlines);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            exchange.getExchangeExtension().addOnCompletion(new org.apache.camel.support.SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    deadline.cancel();
                }
            });
            JobExchange.of(exchange).answer(new ApiAnswer(response));
            return response;
        } catch (IOException e) {
            deadline.cancel();
            throw endedByUs(job) ? new CallEndedException(e) : e;
        } catch (HttpException | RuntimeException e) {
            deadline.cancel();
            throw e;
        }
    }

    /** Whether the connection broke because the job ended, or the client would wait no longer: no fault of the API. */
    private static boolean endedByUs(Job job) {
        return job.state().ended() || job.state().timedOut() && !job.time().ownIsOver();
    }

    /** Puts the validated endpoint on the request line as it is: nothing parses it again between policy and wire. */
    private ClassicHttpResponse toVettedTarget(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        HttpHost host = scope.route.getTargetHost();
        if (!target.getSchemeName().equals(host.getSchemeName())
                || !target.getHostName().equalsIgnoreCase(host.getHostName())
                || target.getPort() != effectivePort(host)
                || host.getAddress() != null) { // which would be connected to unchecked
            throw new HttpException("the request was about to leave for another host than the configured one");
        }
        Exchange exchange = (Exchange) scope.clientContext.getAttribute(EXCHANGE);
        Job job = JobExchange.of(exchange).job();
        // From here on the connection is held, so that an abort closes it; one that came before had nothing to close.
        if (job.state().ended()) {
            throw new HttpException("the job has ended before its call began");
        }
        String endpoint = job.start().endpoint();
        request.setPath(basePath + (endpoint.startsWith("/") ? "" : "/") + endpoint);
        return chain.proceed(request, scope);
    }

    @Override
    public void onRequestSubmitted(
            Object source, Exchange exchange, HttpHost host, HttpRequest request, HttpEntity entity) {
        // The answer's arrival says it all.
    }

    @Override
    public void onResponseReceived(
            Object source, Exchange exchange, HttpHost host, HttpResponse response, HttpEntity entity, long elapsed) {
        Job job = JobExchange.of(exchange).job();
        LOG.atDebug()
                .addKeyValue("job_id", job.id())
                .addKeyValue("status", response.getCode())
                .addKeyValue("millis", elapsed)
                .log("the API answers");
    }

    /**
     * @throws IllegalArgumentException with one line, if nothing can start with the API as it is set
     */
    @Override
    protected void doStart() {
        destination.examine();
        deadlines = new Deadlines();
    }

    @Override
    protected void doStop() {
        if (deadlines != null) { // the camel command makes the beans twice, and stops the first unstarted
            deadlines.close();
        }
        if (connections instanceof ConnPoolControl<?> pool) {
            pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
        }
    }

    private static int port(URI url) {
        return url.getPort() > 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    private static int effectivePort(HttpHost host) {
        return host.getPort() > 0 ? host.getPort() : "https".equals(host.getSchemeName()) ? 443 : 80;
    }

    private static String withoutTrailingSlash(String path) {
        return path != null && path.endsWith("/") ? path.substring(0, path.length() - 1) : path == null ? "" : path;
    }
}
