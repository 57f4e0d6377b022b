package io.kafkasend.portal.exchange;

import io.kafkasend.oauth.AccessToken;
import io.kafkasend.portal.job.JobTally;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A job's call of the API over all its attempts: what has been tried, and what is next. Only the job's caller uses it, so it
 * is not thread-safe.
 */
public final class ApiCall {
    private final JobTally tally;
    private int tokenRequests = 1;
    private AccessToken refused;
    private Duration pause = Duration.ZERO;
    private boolean over;
    private boolean due;
    private StepCall step;
    private OptionalLong asked = OptionalLong.empty();

    /**
     * A call that is about to begin.
     *
     * @param tally counts its attempts
     */
    public ApiCall(JobTally tally) {
        this.tally = tally;
        tally.attempt();
    }

    /** How often the API has been asked, or is about to be: a renewed token makes no attempt of its own. */
    public int attempts() {
        return tally.attempts();
    }

    /** The number of the next token request, from 1. */
    public int tokenRequests() {
        return tokenRequests;
    }

    /** The token that the API answered with 401; null while it has not. */
    public AccessToken refusedToken() {
        return refused;
    }

    /** How long to wait before what is next. */
    public Duration pause() {
        return pause;
    }

    /** Whether what failed is not to be repeated any more. */
    public boolean over() {
        return over;
    }

    /** Next is the same call with another token. */
    public void renew(AccessToken token) {
        refused = token;
        pause = Duration.ZERO;
        due = true;
    }

    /** Next is another attempt. */
    public void repeat(Duration after) {
        tally.attempt();
        pause = after;
        due = true;
    }

    /** Next is another request to the token server. */
    public void repeatToken(Duration after) {
        tokenRequests++;
        pause = after;
        due = true;
    }

    /** Whether another attempt was decided upon, to who asks first. */
    public boolean takeDue() {
        boolean was = due;
        due = false;
        return was;
    }

    /** The step that is called in place of the API, if one is. */
    public StepCall step() {
        if (step == null) {
            step = new StepCall();
        }
        return step;
    }

    /** Leaves the step that is called in place of the API; false where none was entered. */
    public boolean leaveStep() {
        boolean entered = step != null && step.entered();
        if (entered) {
            step.leave();
        }
        return entered;
    }

    /** Next is the last attempt: the portal is about to end. */
    public void hurry() {
        over = true;
    }

    /** The API is being asked, from this time of its breaker's clock on. */
    public void asked(long timestamp) {
        asked = OptionalLong.of(timestamp);
    }

    /** Since when the API has been asked, to who takes it first; empty where it is not being asked. */
    public OptionalLong takeAsked() {
        OptionalLong since = asked;
        asked = OptionalLong.empty();
        return since;
    }
}
