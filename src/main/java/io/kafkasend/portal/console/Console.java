package io.kafkasend.portal.console;

import io.kafkasend.config.ManagementSettings;
import io.kafkasend.management.ManagementAnswer;
import io.kafkasend.management.ManagementPart;
import io.kafkasend.management.ManagementRequest;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpStatus;

/**
 * The console on the management port: jobs, partitions, settings and routes as a page, as JSON, and as events. It changes
 * nothing, unless the operator has let it cancel jobs. Thread-safe.
 */
public final class Console implements ManagementPart, CamelContextAware {
    private static final String ROOT = "/observe/console";
    private static final Pattern CANCEL = Pattern.compile(ROOT + "/jobs/([0-9a-fA-F-]{36})/cancel");

    private final ManagementSettings.Viewers viewers;
    private final boolean acts;
    private final Jobs jobs;
    private final Ledger ledger;
    private final KnownClients clients;
    private final FailStop failStop;
    private final PortalConfiguration configuration;
    private final JobHistory history = new JobHistory(System::currentTimeMillis);
    private CamelContext context;
    private ConsoleEvents events;
    /** Made when it is first needed. */
    private JobCancel cancel;

    private Map<String, Function<ManagementRequest, ManagementAnswer>> pages = Map.of();

    /**
     * @param configuration who may see it, and the settings that it shows
     * @param jobs the jobs under way
     * @param ledger the partitions
     * @param clients the policies in force
     * @param failStop counts the steps of the routes
     */
    public Console(
            PortalConfiguration configuration, Jobs jobs, Ledger ledger, KnownClients clients, FailStop failStop) {
        this.configuration = configuration;
        this.viewers = configuration.settings().get(ManagementSettings.CONSOLE);
        this.acts = configuration.settings().get(ManagementSettings.CONSOLE_ACTIONS);
        this.jobs = jobs;
        this.ledger = ledger;
        this.clients = clients;
        this.failStop = failStop;
        if (viewers != ManagementSettings.Viewers.OFF) {
            jobs.whenEnded(history);
        }
    }

    /** Looks at the routes of this context from now on. */
    @Override
    public synchronized void setCamelContext(CamelContext context) {
        if (context == this.context) {
            return; // Camel calls this more than once
        }
        this.context = context;
        OpenJobs open = new OpenJobs(jobs, System::currentTimeMillis);
        JobPages jobPages = new JobPages(open, history);
        PartitionPage partitions = new PartitionPage(ledger);
        SettingsPage settings = new SettingsPage(configuration.settings(), clients);
        RoutesPage routes = new RoutesPage(context, failStop);
        events = new ConsoleEvents(open, history);
        events.feed("series", 5, jobPages::series);
        events.feed("partitions", 2, partitions::json);
        events.feed("routes", 5, routes::json);
        ConsoleFile page = new ConsoleFile("console.html", "text/html");
        ConsoleFile style = new ConsoleFile("console.css", "text/css");
        ConsoleFile script = new ConsoleFile("console.js", "text/javascript");
        ConsoleFile icon = new ConsoleFile("console.svg", "image/svg+xml");
        pages = Map.ofEntries(
                Map.entry("", request -> page.answer()),
                Map.entry("/console.css", request -> style.answer()),
                Map.entry("/console.js", request -> script.answer()),
                Map.entry("/console.svg", request -> icon.answer()),
                Map.entry("/jobs", request -> json(jobPages.jobs(JobFilter.of(request.query())))),
                Map.entry("/recent", request -> json(jobPages.recent(JobFilter.of(request.query())))),
                Map.entry("/series", request -> json(jobPages.series())),
                Map.entry("/partitions", request -> json(partitions.json())),
                Map.entry("/settings", request -> json(settings.json())),
                Map.entry("/routes", request -> json(routes.json())),
                Map.entry("/events", this::events));
    }

    @Override
    public synchronized CamelContext getCamelContext() {
        return context;
    }

    @Override
    public String root() {
        return ROOT;
    }

    @Override
    public ManagementAnswer answer(ManagementRequest request) {
        Function<ManagementRequest, ManagementAnswer> page;
        synchronized (this) {
            page = pages.get(request.path().substring(ROOT.length()));
        }
        if (page == null || viewers == ManagementSettings.Viewers.OFF) {
            return null;
        }
        ManagementAnswer refusal = refusal(request);
        return refusal == null ? page.apply(request) : refusal;
    }

    @Override
    public ManagementAnswer act(ManagementRequest request) {
        Matcher asked = CANCEL.matcher(request.path());
        if (!asked.matches() || viewers == ManagementSettings.Viewers.OFF) {
            return null;
        }
        ManagementAnswer refusal = refusal(request);
        if (refusal != null) {
            return refusal;
        }
        if (!acts) {
            return ManagementAnswer.line(
                    HttpStatus.SC_FORBIDDEN,
                    "the console changes nothing; PORTAL_CONSOLE_ACTIONS=true has it cancel jobs");
        }
        if (!request.deliberate()) {
            return ManagementAnswer.line(
                    HttpStatus.SC_FORBIDDEN,
                    "an action takes the header " + ManagementRequest.ACTION + ", and none of another site's pages");
        }
        return cancel().cancel(asked.group(1).toLowerCase(Locale.ROOT), request);
    }

    private synchronized JobCancel cancel() {
        if (cancel == null) {
            cancel = new JobCancel(jobs, context);
        }
        return cancel;
    }

    /** Why whoever asks may not; null where nothing is against it. */
    private ManagementAnswer refusal(ManagementRequest request) {
        if (viewers == ManagementSettings.Viewers.LOCAL && !request.peer().isLoopbackAddress()) {
            return ManagementAnswer.line(
                    HttpStatus.SC_FORBIDDEN,
                    "the console is for the portal's own machine; PORTAL_CONSOLE=on opens it to whoever reaches it");
        }
        if (!request.byAddress()) {
            return ManagementAnswer.line(
                    HttpStatus.SC_MISDIRECTED_REQUEST, "the console is at localhost or an address, under no name");
        }
        if (request.site().equals("cross-site") || request.site().equals("same-site")) {
            return ManagementAnswer.line(HttpStatus.SC_FORBIDDEN, "not from another site");
        }
        return null;
    }

    private ManagementAnswer events(ManagementRequest request) {
        return request.head()
                ? new ManagementAnswer(HttpStatus.SC_OK, ContentType.TEXT_EVENT_STREAM, new byte[0])
                : events.join()
                        .map(ManagementAnswer::stream)
                        .orElseGet(() -> ManagementAnswer.line(
                                HttpStatus.SC_SERVICE_UNAVAILABLE,
                                ConsoleEvents.LISTENERS + " look at the console already"));
    }

    private static ManagementAnswer json(byte[] json) {
        return ManagementAnswer.json(HttpStatus.SC_OK, json);
    }

    @Override
    public synchronized void close() {
        if (events != null) {
            events.close();
        }
        if (cancel != null) {
            cancel.close();
            cancel = null;
        }
    }
}
