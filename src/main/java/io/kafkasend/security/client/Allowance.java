package io.kafkasend.security.client;

/**
 * What one client may still send: a bucket of requests and one of bytes, each filled evenly and full at a minute's worth. A
 * request of more bytes than the bucket holds passes when it is full, and then has to be made up for, so that no request is
 * refused for ever and the average holds. Thread-safe.
 */
public final class Allowance {
    /** What arithmetic may be wrong by, in seconds. */
    private static final double ROUNDING = 1e-6;

    private final Bucket requests = new Bucket();
    private final Bucket bytes = new Bucket();

    /**
     * Takes a request and its bytes from the buckets, both or neither.
     *
     * @param policy has the limits, which may have changed since the last time
     * @param size the request's bytes, at least 0
     * @param nanoTime a clock that never goes back
     * @return 0 when it was taken; else the seconds, at least 1, after which it may be
     */
    public synchronized int take(ClientPolicy policy, long size, long nanoTime) {
        double wait = Math.max(
                requests.wait(policy.requestsPerMinute(), 1, nanoTime),
                bytes.wait(policy.bytesPerMinute(), size, nanoTime));
        double seconds = Math.ceil(wait - ROUNDING);
        if (seconds > 0) {
            return (int) Math.min(Integer.MAX_VALUE, seconds);
        }
        requests.take(policy.requestsPerMinute(), 1);
        bytes.take(policy.bytesPerMinute(), size);
        return 0;
    }

    private static final class Bucket {
        private boolean begun;
        private double content;
        private long since;

        /** Seconds until so much may be taken; 0 for now. */
        double wait(Long perMinute, long amount, long nanoTime) {
            if (perMinute == null) {
                begun = false; // should a limit come, it begins anew
                return 0;
            }
            double perSecond = perMinute / 60.0;
            content = begun ? Math.min(perMinute, content + (nanoTime - since) / 1e9 * perSecond) : perMinute;
            since = nanoTime;
            begun = true;
            return Math.max(0, (Math.min(amount, perMinute) - content) / perSecond);
        }

        void take(Long perMinute, long amount) {
            if (perMinute != null) {
                content -= amount;
            }
        }
    }
}
