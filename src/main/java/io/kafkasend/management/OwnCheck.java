package io.kafkasend.management;

import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * One of our own health checks. Camel finds it, as a bean of its registry, so that whatever shows Camel's health shows
 * it. It looks at what is known already and asks nobody. Thread-safe.
 */
public abstract class OwnCheck implements HealthCheck {
    /** What begins the name of each. */
    static final String GROUP = "kafkasend";

    private final String name;
    private final String id;
    private final boolean readiness;
    private final boolean liveness;
    private volatile boolean enabled = true;

    /**
     * @param name what follows the group in its name
     * @param readiness whether it says that the program is not to be counted on
     * @param liveness whether it says that the program must be started again
     */
    protected OwnCheck(String name, boolean readiness, boolean liveness) {
        this.name = name;
        this.id = GROUP + "-" + name;
        this.readiness = readiness;
        this.liveness = liveness;
    }

    /** Says how it is. */
    protected abstract void examine(HealthCheckResultBuilder builder);

    /** Its name without the group. */
    public final String name() {
        return name;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
        examine(builder);
        return builder.build();
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public String getGroup() {
        return GROUP;
    }

    @Override
    public boolean isReadiness() {
        return readiness;
    }

    @Override
    public boolean isLiveness() {
        return liveness;
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }
}
