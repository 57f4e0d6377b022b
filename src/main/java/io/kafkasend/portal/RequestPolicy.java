package io.kafkasend.portal;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.EndpointPolicy;
import io.kafkasend.security.HeaderPolicy;
import io.kafkasend.security.PolicyViolation;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's policy on requests. As the step {@code secure} it judges the whole request once more and leaves the
 * headers that may pass. Thread-safe.
 */
public final class RequestPolicy implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPolicy.class);

    private final EndpointPolicy endpoints;
    private final HeaderPolicy headers;

    /**
     * @param configuration the allow-lists
     */
    public RequestPolicy(PortalConfiguration configuration) {
        PortalSettings settings = configuration.settings();
        this.endpoints = new EndpointPolicy(
                settings.get(PortalSettings.ALLOWED_ENDPOINTS), settings.get(PortalSettings.STRICT_SECURITY));
        this.headers = new HeaderPolicy(settings.get(PortalSettings.ALLOWED_HEADERS));
    }

    /**
     * Judges the request line.
     *
     * @throws PolicyViolation when it is not allowed
     */
    void check(RequestStart start) throws PolicyViolation {
        endpoints.check(start.endpoint());
    }

    /**
     * @throws PolicyViolation when the request is not allowed
     */
    @Override
    public void process(Exchange exchange) throws PolicyViolation {
        Job job = exchange.getProperty(ExchangeKeys.JOB, Job.class);
        check(job.start());
        HeaderPolicy.Filtered filtered = headers.filter(job.start().headers());
        if (!filtered.dropped().isEmpty()) {
            SecurityEvents.headersDropped(job.id(), filtered.dropped());
        }
        Map<String, String> vetted = filtered.headers();
        exchange.setProperty(ExchangeKeys.VETTED_HEADERS, vetted);
        LOG.atDebug()
                .addKeyValue("job_id", job.id())
                .addKeyValue("headers", vetted.keySet())
                .log("request passes policy");
    }
}
