package io.kafkasend.portal.respond;

import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.StepThreads;
import java.util.concurrent.SynchronousQueue;

/**
 * Where an answer that streams is read from the API, while its call thread sends what has come: one thread for each such answer,
 * of which there are no more than calls. Thread-safe.
 */
public final class ArrivalThreads extends StepThreads {
    /**
     * @param failStop ends a portal that has lost a job
     */
    public ArrivalThreads(FailStop failStop) {
        super("kafkasend-arrival", 0, Integer.MAX_VALUE, 60, new SynchronousQueue<>(), failStop);
    }
}
