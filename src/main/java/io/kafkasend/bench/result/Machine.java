package io.kafkasend.bench.result;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Where it was measured.
 *
 * @param cores processors that this JVM may use
 * @param memoryMib the machine's memory
 * @param os system, version, architecture
 * @param jdk version and vendor
 * @param loadBefore the load average of the last minute before it began; negative where the system does not tell
 */
public record Machine(int cores, long memoryMib, String os, String jdk, double loadBefore) {

    /** This one, now. */
    public static Machine here() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                system.getAvailableProcessors(),
                system.getTotalMemorySize() >> 20,
                system.getName() + " " + system.getVersion() + ", " + system.getArch(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", "
                        + System.getProperty("java.vendor"),
                Spread.rounded(Math.max(-1, system.getSystemLoadAverage())));
    }

    /** Whether other work took a good part of the cores when it began. */
    boolean busy() {
        return loadBefore > cores / 2.0;
    }
}
