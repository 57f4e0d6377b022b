package io.kafkasend.portal.call;

import io.kafkasend.oauth.AccessToken;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.connect.Destination;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallFailure;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.security.Printable;
import io.kafkasend.security.address.AddressRefusedException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The step {@code decide-retry} and the condition of the loop around it: whether the API is asked again. What fails and may pass is
 * repeated, as far as {@link RetryPolicy} and the job's time allow; what is left at the end goes back to the client as it
 * is. Thread-safe.
 */
public final class RetryDecision implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(RetryDecision.class);

    private final RetryPolicy policy;
    private final String address;

    /**
     * @param configuration how often and how fast
     */
    public RetryDecision(PortalConfiguration configuration) {
        this(
                new RetryPolicy(configuration.settings(), Clock.systemUTC(), () -> ThreadLocalRandom.current()
                        .nextDouble()),
                Destination.apiAddress(configuration.settings()));
    }

    /**
     * @param address where the API is reached, for the log
     */
    RetryDecision(RetryPolicy policy, String address) {
        this.policy = policy;
        this.address = address;
    }

    /** Whether the API is to be asked: the first time always, then as its answer says. */
    public boolean another(Exchange exchange) {
        JobExchange steps = JobExchange.of(exchange);
        ApiCall call = steps.call();
        Job job = steps.job();
        if (call == null) {
            steps.call(new ApiCall(job.tally()));
            job.enter(Phase.CALLING);
            return true;
        }
        ApiAnswer answer = steps.answer();
        boolean due = call.takeDue();
        if (answer == null && !due && !hasFailed(exchange)) {
            throw new IllegalStateException(
                    "nothing has answered the call: what stands in place of to-api needs take-answer behind it");
        }
        boolean again = answer == null || renews(exchange, call, answer) || repeats(job, call, answer);
        if (again && answer != null) {
            steps.answer(null);
            answer.discard();
        }
        return again;
    }

    /** Whether the loop only looks once more at what has ended. */
    private static boolean hasFailed(Exchange exchange) {
        return exchange.isFailed()
                || exchange.isRouteStop()
                || exchange.getExchangeExtension().isFailureHandled()
                || exchange.getExchangeExtension().isErrorHandlerHandledSet()
                        && exchange.getExchangeExtension().isErrorHandlerHandled();
    }

    /** Once for each job, apart from retries: the token may have been revoked before its time. */
    private static boolean renews(Exchange exchange, ApiCall call, ApiAnswer answer) {
        AccessToken token = JobExchange.of(exchange).token();
        if (answer.status() != 401 || token == null || call.refusedToken() != null) {
            return false;
        }
        LOG.atInfo()
                .addKeyValue("job_id", JobExchange.of(exchange).job().id())
                .log("the API answered 401; renewing the access token once");
        call.renew(token);
        return true;
    }

    private boolean repeats(Job job, ApiCall call, ApiAnswer answer) {
        if (!RetryPolicy.isPassing(answer.status())
                || !policy.isRepeatable(job.start().method())
                || !mayFollow(call)) {
            return false;
        }
        Duration after =
                policy.delay(call.attempts(), answer.header("Retry-After").orElse(null));
        if (!fits(after, job)) {
            return false;
        }
        line(job, call.attempts(), "the API answered " + answer.status(), after)
                .addKeyValue("address", address)
                .log("the call failed and is made again");
        job.tally().failed(null); // the API's own status is no failure of the portal's terms
        call.repeat(after);
        return true;
    }

    /**
     * Judges a failure: it is over with, and another attempt follows, or it is the job's.
     *
     * @throws Exception the failure, where none follows
     */
    @Override
    public void process(Exchange exchange) throws Exception {
        Throwable failure = CallFailure.unwrapped(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        ApiCall call = JobExchange.of(exchange).call();
        if (call.leaveStep()) {
            // By an interrupt Camel would end the exchange without a word.
            exchange.getExchangeExtension().setInterrupted(false);
            failure = CallFailure.ofStep(failure);
        }
        Job job = JobExchange.of(exchange).job();
        boolean token = failure instanceof TokenException;
        Duration after = policy.delay(token ? call.tokenRequests() : call.attempts());
        boolean may = token
                ? ((TokenException) failure).retryable() && !call.over()
                : mayFollow(call) && isPassing(failure, job);
        if (!may || !fits(after, job)) {
            if (failure instanceof Exception e) {
                throw e;
            }
            exchange.setException(failure);
            return;
        }
        JobExchange.of(exchange).answer(null);
        job.tally()
                .failed(
                        token
                                ? ErrorCode.OAUTH_UNAVAILABLE
                                : CallFailure.isConnect(failure) ? ErrorCode.API_UNREACHABLE : ErrorCode.API_BROKEN);
        if (token) {
            line(job, call.tokenRequests(), CallFailure.shown(failure), after)
                    .log("there is no access token; the token server is asked again");
            call.repeatToken(after);
        } else {
            line(job, call.attempts(), CallFailure.shown(failure), after)
                    .addKeyValue("address", address)
                    .log("the call failed and is made again");
            call.repeat(after);
        }
    }

    private boolean isPassing(Throwable failure, Job job) {
        // A refused address is refused for as long as names are cached: to ask again soon is for nothing.
        return CallFailure.isConnect(failure) && !(failure instanceof AddressRefusedException)
                || CallFailure.isBroken(failure)
                        && policy.isRepeatable(job.start().method());
    }

    private boolean mayFollow(ApiCall call) {
        return !call.over() && policy.mayFollow(call.attempts());
    }

    /** A job whose time is over, or would be, is not tried again. */
    private static boolean fits(Duration after, Job job) {
        return !job.state().timedOut()
                && !job.state().ended()
                && after.toNanos() < job.time().callNanosLeft();
    }

    private static LoggingEventBuilder line(Job job, int attempts, String reason, Duration after) {
        return LOG.atInfo()
                .addKeyValue("job_id", job.id())
                .addKeyValue("method", job.start().method())
                .addKeyValue("path", Printable.path(job.start().endpoint()))
                .addKeyValue("attempts", attempts)
                .addKeyValue("reason", reason)
                .addKeyValue("wait_ms", after.toMillis());
    }
}
