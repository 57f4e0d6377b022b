package io.kafkasend.portal.respond;

import io.kafkasend.config.AllowListSettings;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.receive.RequestPolicy;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.security.header.ResponseHeaderPolicy;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * The step {@code vet-answer}: of the message only the API's status, body and allowed headers remain, one that is
 * repeated as a list of its values; the token, above all, does not. From here the answer is on its way. Thread-safe.
 */
public final class AnswerVetting implements Processor {
    private final ResponseHeaderPolicy policy;

    /**
     * @param configuration names the response headers that pass
     */
    public AnswerVetting(PortalConfiguration configuration) {
        this.policy =
                new ResponseHeaderPolicy(configuration.settings().get(AllowListSettings.ALLOWED_RESPONSE_HEADERS));
        RequestPolicy.warnOfUselessHeaders(AllowListSettings.ALLOWED_RESPONSE_HEADERS, policy.uselessEntries());
    }

    @Override
    public void process(Exchange exchange) {
        ApiAnswer answer = JobExchange.of(exchange).answer();
        Job job = JobExchange.of(exchange).job();
        JobExchange.of(exchange).token(null);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        policy.filter(answer.headers()).headers().forEach((name, value) -> {
            List<String> values = answer.values(name);
            message.setHeader(name, values.size() == 1 ? value : values);
        });
        job.enter(Phase.ANSWERING);
        if (!JobExchange.of(exchange).answeredFromRequest()) { // else at the job's end
            job.body().release();
        }
    }
}
