package io.kafkasend.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Portals that share one consumer group, and what is done to them. Not thread-safe but for reading. */
final class PortalFleet implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> environment;
    private final Random random;
    private final List<PortalProcess> portals = new CopyOnWriteArrayList<>();
    private final List<Disturbance> disturbances = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService continuing = Executors.newSingleThreadScheduledExecutor();
    private int started;
    private PortalProcess stalled;

    PortalFleet(Path directory, Map<String, String> environment, Random random) {
        this.directory = directory;
        this.environment = environment;
        this.random = random;
    }

    /** Starts one more. */
    PortalProcess add() throws IOException {
        String name = "p" + ++started;
        Map<String, String> own = new HashMap<>(environment);
        own.put("OAUTH2_CLIENT_ID", name);
        PortalProcess portal = PortalProcess.start(name, directory, own);
        portals.add(portal);
        note(Disturbance.Kind.ADD, name, 0);
        return portal;
    }

    private PortalProcess any() {
        List<PortalProcess> running =
                portals.stream().filter(portal -> portal != stalled).toList();
        return running.get(random.nextInt(running.size()));
    }

    /** Kills one in the middle of whatever it does, and starts another. */
    void kill() throws IOException {
        PortalProcess victim = any();
        note(Disturbance.Kind.KILL, victim.name(), 0);
        victim.close();
        portals.remove(victim);
        add();
    }

    /** Stops one's clock for so long; it goes on by itself. */
    void stall(long millis) {
        if (stalled != null) {
            return;
        }
        PortalProcess victim = any();
        stalled = victim;
        note(Disturbance.Kind.STALL, victim.name(), millis);
        victim.signal("STOP");
        continuing.schedule(
                () -> {
                    victim.signal("CONT");
                    stalled = null;
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** Removes one in good order, and starts another. */
    void replace() throws IOException {
        PortalProcess victim = any();
        note(Disturbance.Kind.REMOVE, victim.name(), 0);
        victim.signal("TERM");
        portals.remove(victim);
        add();
    }

    int size() {
        return portals.size();
    }

    void note(Disturbance.Kind kind, String victim, long millis) {
        long now = System.currentTimeMillis();
        disturbances.add(new Disturbance(kind, victim, now, now + millis));
    }

    List<Disturbance> disturbances() {
        return disturbances;
    }

    long count(Disturbance.Kind kind) {
        return disturbances.stream().filter(it -> it.kind() == kind).count();
    }

    /** A stalled one goes on and all run; those that ended by themselves are named. */
    List<String> settle() throws InterruptedException {
        continuing.shutdown();
        continuing.awaitTermination(60, TimeUnit.SECONDS);
        return portals.stream()
                .filter(portal -> !portal.isAlive())
                .map(PortalProcess::name)
                .toList();
    }

    /** What the metrics of those that run say of their partitions. */
    List<RecordBalance> balances() {
        return portals.stream().map(RecordBalance::of).toList();
    }

    @Override
    public void close() {
        continuing.shutdownNow();
        portals.forEach(PortalProcess::close);
    }
}
