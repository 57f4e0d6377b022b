package io.kafkasend.portal.job;

import io.kafkasend.portal.failure.RefusedException;
import java.util.Optional;

/**
 * How far a job is, and what may still become of it. Thread-safe; its lock guards all of it, so that of what excludes one
 * another one alone happens: a CANCEL or the whole answer, the end or another record. Nothing else is taken while it is
 * held: what aborts a call runs without it.
 */
public final class JobState {
    private Phase phase = Phase.ASSEMBLING;
    private boolean timedOut;
    private boolean cancelled;
    private boolean byOperator;
    private boolean handedOver;
    private boolean slotLeft;
    private boolean heldBack;
    private Runnable letGoOn = () -> {};
    private RefusedException givenUp;
    private Runnable abort = () -> {};

    JobState() {}

    /** Where the job is. */
    public synchronized Phase phase() {
        return phase;
    }

    /** Whether its client has its outcome, or will get no other. */
    public synchronized boolean ended() {
        return phase == Phase.ENDED;
    }

    /** Goes on to a later phase; false when the job is there or beyond already. */
    synchronized boolean enter(Phase next) {
        if (next.compareTo(phase) <= 0) {
            return false;
        }
        phase = next;
        return true;
    }

    /** Ends it, once, and gives the phase that it was in. */
    synchronized Optional<Phase> end(boolean onlyAssembling) {
        Phase before = phase;
        boolean may = !onlyAssembling || before == Phase.ASSEMBLING;
        return may && enter(Phase.ENDED) ? Optional.of(before) : Optional.empty();
    }

    /** It is to fail before its time. */
    synchronized void giveUp(RefusedException why) {
        givenUp = why;
    }

    /** Why it was given up before its time; empty where it was not. */
    public synchronized Optional<RefusedException> givenUp() {
        return Optional.ofNullable(givenUp);
    }

    /** Whether it is being assembled, and goes on to be. */
    synchronized boolean assembles() {
        return phase == Phase.ASSEMBLING && givenUp == null;
    }

    /** Says how the call in flight is ended from outside. */
    public synchronized void whenAborted(Runnable action) {
        abort = action;
    }

    /** Ends the call in flight because its time is over. */
    public void timeOut() {
        Runnable action;
        synchronized (this) {
            timedOut = true;
            action = abort;
        }
        action.run();
    }

    /** Ends the call in flight, if any, so that its connection does no more. */
    public void abort() {
        Runnable action;
        synchronized (this) {
            action = abort;
        }
        action.run();
    }

    /** Whether the call was ended because its time was over. */
    public synchronized boolean timedOut() {
        return timedOut;
    }

    /**
     * Marks the job as no longer wanted by its client.
     *
     * @return false when that changes nothing: it has ended, its whole answer is on its way, or it is marked already
     */
    public synchronized boolean cancel() {
        if (cancelled || handedOver || phase == Phase.ENDED) {
            return false;
        }
        cancelled = true;
        return true;
    }

    /**
     * Marks the job as ended by the portal's operator.
     *
     * @return as {@link #cancel}
     */
    public synchronized boolean cancelByOperator() {
        boolean first = cancel();
        byOperator |= first;
        return first;
    }

    /** Whether it was the operator who cancelled it. */
    public synchronized boolean cancelledByOperator() {
        return byOperator;
    }

    /** Whether its client, or the operator, wants it no longer. */
    public synchronized boolean cancelled() {
        return cancelled;
    }

    /**
     * Asks whether a record of the answer may go out. Once the last one may, a CANCEL comes too late, so that the client
     * gets no ERROR after a whole answer.
     *
     * @return false when the job has ended or was cancelled
     */
    public synchronized boolean maySend(boolean last) {
        if (cancelled || phase == Phase.ENDED) {
            return false;
        }
        handedOver |= last;
        return true;
    }

    /** Has its call not begin before {@link #letGoOn}. */
    public synchronized void holdBack() {
        heldBack = true;
    }

    /** Whether its call is not to begin yet. */
    public synchronized boolean heldBack() {
        return heldBack;
    }

    /** Says who hears that its call may begin after all. */
    public synchronized void whenLetGoOn(Runnable action) {
        letGoOn = action;
    }

    /** Its call may begin. */
    public void letGoOn() {
        Runnable action;
        synchronized (this) {
            heldBack = false;
            action = letGoOn;
        }
        action.run();
    }

    /** Gives the job's call slot back; false when it has done so before. */
    synchronized boolean leaveSlot() {
        boolean first = !slotLeft;
        slotLeft = true;
        return first;
    }
}
