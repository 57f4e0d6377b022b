package io.kafkasend.portal.receive;

import io.kafkasend.config.AllowListSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.portal.event.SecurityEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.SecretHeaders;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.FilteredHeaders;
import io.kafkasend.security.header.HeaderPolicy;
import io.kafkasend.setting.Setting;
import java.util.List;
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
    private final SecretHeaders secrets;

    /**
     * @param configuration the allow-lists
     */
    public RequestPolicy(PortalConfiguration configuration) {
        PortalSettings settings = configuration.settings();
        this.endpoints = new EndpointPolicy(
                settings.get(AllowListSettings.ALLOWED_ENDPOINTS), settings.get(AllowListSettings.STRICT_SECURITY));
        this.secrets = SecretHeaders.and(settings.get(AllowListSettings.SECRET_HEADERS));
        this.headers = new HeaderPolicy(settings.get(AllowListSettings.ALLOWED_HEADERS), secrets::has);
        warnOfUselessHeaders(AllowListSettings.ALLOWED_HEADERS, headers.uselessEntries());
        warnOfUselessEntries(
                AllowListSettings.ALLOWED_ENDPOINTS,
                endpoints.uselessEntries(),
                "these entries allow nothing: what matches them names an internal host (PORTAL_STRICT_SECURITY)");
        if (settings.get(AllowListSettings.ALLOWED_ENDPOINTS).isBlank()) {
            LOG.atWarn().log("PORTAL_ALLOWED_ENDPOINTS is empty: every request will be refused");
        }
    }

    /**
     * Judges a request: by the portal's own settings, and by its client's policy beneath them; tells of what is suspicious.
     *
     * @return what may pass of its headers
     * @throws PolicyViolation when it is not allowed
     */
    public FilteredHeaders check(RequestStart start, Requester caller) throws PolicyViolation {
        endpoints.check(start.endpoint()).ifPresent(suspicion -> SecurityEvents.suspicion(start.jobId(), suspicion));
        FilteredHeaders filtered = judgeRest(start, caller);
        List<String> read = secrets.among(start.headers().keySet());
        if (!read.isEmpty()) {
            SecurityEvents.secretInRequest(start.jobId(), caller.clientId(), read);
        }
        return filtered;
    }

    private FilteredHeaders judgeRest(RequestStart start, Requester caller) throws PolicyViolation {
        FilteredHeaders filtered = headers.filter(start.headers());
        caller.check(start, filtered.headers());
        return filtered;
    }

    /**
     * @throws PolicyViolation when the request is not allowed
     */
    @Override
    public void process(Exchange exchange) throws PolicyViolation {
        Job job = JobExchange.of(exchange).job();
        endpoints.check(job.start().endpoint()); // what is suspicious was told on START
        endpoints.entryFor(job.start().endpoint()).ifPresent(job::allowedBy);
        FilteredHeaders filtered = judgeRest(job.start(), job.caller());
        if (!filtered.dropped().isEmpty()) {
            SecurityEvents.headersDropped(job.id(), filtered.droppedForLog());
        }
        JobExchange.of(exchange).vettedHeaders(filtered.headers());
        JobExchange.of(exchange).droppedHeaders(filtered.dropped());
    }

    /** Says which entries of a header allow-list can never take effect, since those headers are the portal's own. */
    public static void warnOfUselessHeaders(Setting<String> setting, List<String> entries) {
        warnOfUselessEntries(setting, entries, "these headers never pass, whatever the setting says");
    }

    private static void warnOfUselessEntries(Setting<String> setting, List<String> entries, String why) {
        if (!entries.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("setting", setting.variable())
                    .addKeyValue("entries", entries)
                    .log(why);
        }
    }
}
