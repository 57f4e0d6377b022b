package io.kafkasend.portal.console;

import io.kafkasend.management.ManagementAnswer;
import io.kafkasend.management.ManagementRequest;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.security.Printable;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.apache.hc.core5.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a job that an operator wants no longer: its client gets the ERROR CANCELLED, its call is broken off, and its records are
 * settled, all by the route that fails jobs. Thread-safe; the route runs on a thread of its own.
 */
final class JobCancel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobCancel.class);
    /** The route in whose first step the job ends. */
    private static final String ROUTE = "direct:call";

    private final Jobs jobs;
    private final CamelContext context;
    private final ProducerTemplate template;
    private final ExecutorService thread;

    JobCancel(Jobs jobs, CamelContext context) {
        this.jobs = jobs;
        this.context = context;
        this.template = context.createProducerTemplate();
        this.thread = context.getExecutorServiceManager().newSingleThreadExecutor(this, "console-actions");
        template.start();
    }

    /**
     * Cancels the job of this id.
     *
     * @param id the job's, as it was asked for
     */
    ManagementAnswer cancel(String id, ManagementRequest request) {
        String partition = request.query().get("partition");
        List<Job> found = jobs.underWayNow().stream()
                .filter(job -> job.id().value().equals(id))
                .filter(job -> partition == null
                        || String.valueOf(job.correlationId().partition()).equals(partition))
                .toList();
        if (found.isEmpty()) {
            return ManagementAnswer.line(HttpStatus.SC_NOT_FOUND, "no job of this id is under way here");
        }
        if (found.size() > 1) {
            return ManagementAnswer.line(
                    HttpStatus.SC_CONFLICT,
                    "jobs of this id are under way on several partitions; name one: ?partition=");
        }
        return cancel(found.get(0), request);
    }

    private ManagementAnswer cancel(Job job, ManagementRequest request) {
        if (!job.state().cancelByOperator()) {
            return ManagementAnswer.line(
                    HttpStatus.SC_CONFLICT, "too late: its whole answer is on its way, or it is cancelled already");
        }
        LOG.atWarn()
                .addKeyValue("job_id", job.id())
                .addKeyValue("client", job.caller().clientId().orElse("unsigned"))
                .addKeyValue("path", Printable.path(job.start().endpoint()))
                .addKeyValue("from", request.peer().getHostAddress())
                .log("an operator cancels a job by the console");
        Exchange exchange = new DefaultExchange(context);
        JobExchange.of(exchange).job(job);
        JobExchange.of(exchange).identify(job.correlationId());
        try {
            thread.execute(() -> template.send(ROUTE, exchange));
        } catch (RejectedExecutionException e) {
            return ManagementAnswer.line(HttpStatus.SC_SERVICE_UNAVAILABLE, "the portal is ending");
        }
        return ManagementAnswer.json(
                HttpStatus.SC_ACCEPTED,
                ConsoleJson.object(
                        json -> json.writeStringField("cancelled", job.id().value())));
    }

    @Override
    public void close() {
        context.getExecutorServiceManager().shutdown(thread);
        template.stop();
    }
}
