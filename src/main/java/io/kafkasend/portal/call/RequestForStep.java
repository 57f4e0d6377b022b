package io.kafkasend.portal.call;

import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.exchange.StepCall;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.RequestStart;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The step {@code prepare-message}, for changed routes: the request as any step of Camel takes it, of vetted parts only. Its body is
 * a stream that can be read again; method, path and query are the headers that Camel's own HTTP consumers set; name of file and
 * fields of a form, which the client chose, are variables and move nothing. The access token is not there.
 *
 * <p>Within the loop of the call it also sees to it that the step which follows ends with the job: its thread is interrupted when
 * the job's time is over, or the job is cancelled. Thread-safe.
 */
public final class RequestForStep extends ServiceSupport implements Processor {
    /** Variable: the name of the file, where the request is a form with one. */
    public static final String FILENAME = "filename";
    /** Variable: the texts of the form, where the request is one: each name with its values. */
    public static final String FORM = "form";

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private volatile Deadlines deadlines;

    /**
     * @throws CallEndedException when the job has ended before
     */
    @Override
    public void process(Exchange exchange) throws CallEndedException {
        JobExchange steps = JobExchange.of(exchange);
        Job job = steps.job();
        RequestStart start = job.start();
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        steps.vettedHeaders().forEach(message::setHeader);
        message.setHeader(IDEMPOTENCY_KEY, job.id().value());
        message.setHeader(Exchange.HTTP_METHOD, start.method().name());
        int question = start.endpoint().indexOf('?');
        message.setHeader(
                Exchange.HTTP_PATH,
                question < 0 ? start.endpoint() : start.endpoint().substring(0, question));
        if (question >= 0) {
            message.setHeader(Exchange.HTTP_QUERY, start.endpoint().substring(question + 1));
        }
        if (start.contentType() != null) {
            message.setHeader(Exchange.CONTENT_TYPE, start.contentType());
        }
        if (start.multipart()) {
            exchange.setVariable(FILENAME, start.filename());
            exchange.setVariable(FORM, start.form().texts());
        }
        message.setBody(new RequestStream(job.body().store()));
        if (steps.call() != null) {
            steps.token(null); // nobody's, where the API is not called
            watch(exchange, job, steps.call());
        }
    }

    private void watch(Exchange exchange, Job job, ApiCall call) throws CallEndedException {
        StepCall step = call.step();
        step.enter();
        job.state().whenAborted(step::abort);
        if (job.state().ended() || job.state().cancelled()) { // perhaps before there was anything to abort
            throw new CallEndedException();
        }
        CallDeadline deadline = CallDeadline.of(job, deadlines);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                deadline.cancel();
                step.close();
            }
        });
    }

    /** Whether a header is as the request had it, as this step and {@code prepare} set it. */
    static boolean isOwn(String name, Object value, JobExchange steps) {
        Map<String, String> vetted = steps.vettedHeaders();
        return name.equalsIgnoreCase(IDEMPOTENCY_KEY)
                || name.equalsIgnoreCase("Authorization")
                || value != null
                        && (vetted != null && value == vetted.get(name)
                                || name.equalsIgnoreCase(Exchange.CONTENT_TYPE)
                                        && value == steps.job().start().contentType());
    }

    @Override
    protected void doStart() {
        deadlines = new Deadlines();
    }

    @Override
    protected void doStop() {
        if (deadlines != null) { // the camel command makes the beans twice, and stops the first unstarted
            deadlines.close();
        }
    }
}
