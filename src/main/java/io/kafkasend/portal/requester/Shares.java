package io.kafkasend.portal.requester;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.RequesterSettings;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.security.client.ClientPolicy;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How much of what all share one {@link Flow} may take: what its policy says, or half, so that the other half is there when
 * another comes; all of it in a portal that can have no other. Thread-safe.
 */
public final class Shares {
    private final KnownClients clients;
    private final boolean anonymous;
    private final int replyTopics;
    private final int callers;
    private final int assemblies;

    /**
     * @param configuration how much there is of everything, and the reply topics
     * @param clients those that have a key
     */
    public Shares(PortalConfiguration configuration, KnownClients clients) {
        PortalSettings settings = configuration.settings();
        this.clients = clients;
        this.anonymous = !settings.get(RequesterSettings.REQUIRE_SIGNATURE);
        this.replyTopics = settings.replyTopics().size();
        this.callers = configuration.maxConcurrentJobs();
        this.assemblies = configuration.maxAssemblingJobs();
    }

    /** Whether there can be more flows than one. */
    public boolean several() {
        int unsigned = anonymous ? 1 + replyTopics : 0;
        return clients.keys().size() + unsigned > 1;
    }

    /** How many calls of the caller's may run at once. */
    public int running(Requester caller) {
        return (int)
                Math.min(callers, own(caller, ClientPolicy::runningJobs).orElse(several() ? halfOf(callers) : callers));
    }

    /** Whether the last free caller is kept for a flow that has none. */
    public boolean keepsLast() {
        return callers > 2 && several();
    }

    /** How many jobs of the caller's may be open whose call has not begun; those being assembled give way besides. */
    public int open(Requester caller) {
        return (int)
                Math.min(Integer.MAX_VALUE, own(caller, ClientPolicy::openJobs).orElse(Integer.MAX_VALUE));
    }

    /** How many whole jobs of one flow may wait for a caller; over it no START of the flow is taken. */
    public int waiting() {
        return several() ? halfOf(assemblies) : Integer.MAX_VALUE;
    }

    /** How many whole jobs may wait together, before the portal reads no further. */
    int waitingTogether() {
        return assemblies;
    }

    /** How many bytes the caller's bodies may take of so many. */
    public long bytes(long all) {
        return several() ? all / 2 + all % 2 : all;
    }

    /** How many bytes the caller's bodies may take in all, in memory and on disk. */
    public long held(Requester caller) {
        return own(caller, ClientPolicy::bytesHeld).orElse(Long.MAX_VALUE);
    }

    private static int halfOf(int all) {
        return all / 2 + all % 2;
    }

    private static OptionalLong own(Requester caller, Function<ClientPolicy, Long> field) {
        Long value = caller.policyNow().map(field).orElse(null);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
