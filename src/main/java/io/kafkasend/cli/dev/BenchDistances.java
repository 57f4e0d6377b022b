package io.kafkasend.cli.dev;

import io.kafkasend.bench.network.Distance;
import io.kafkasend.bench.network.Leg;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How far bench has its parts from one another. */
final class BenchDistances {
    @Option(
            names = "--rtt",
            paramLabel = "MS",
            split = ",",
            description =
                    "measure scenarios of parts that are far from one another, by proxies: milliseconds of a round"
                            + " trip, 0 to 10000")
    private List<Integer> rtt = List.of();

    @Option(
            names = "--ack",
            paramLabel = "MS",
            split = ",",
            description = "the same with a broker that acknowledges records after so many milliseconds, 1 to 10000")
    private List<Integer> ack = List.of();

    @Option(
            names = "--rtt-of",
            paramLabel = "LEG",
            split = ",",
            description = "which parts are far: client and broker (client), broker and portal (portal), portal and API"
                    + " (api). Default: all")
    private List<String> legs = List.of();

    @Option(
            names = "--mbit",
            paramLabel = "N",
            description = "megabits a second of each of these connections, each way. Default: 0, no bound")
    private int mbit;

    /**
     * All that were asked for, in order; none for parts that are near.
     *
     * @throws ParameterException when one is out of range, or is no leg
     */
    List<Distance> wanted(CommandSpec spec) {
        Set<Leg> of = EnumSet.noneOf(Leg.class);
        for (String leg : legs) {
            try {
                of.add(Leg.valueOf(leg.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new ParameterException(
                        spec.commandLine(), "--rtt-of: there is no " + leg + "; it takes client, portal, api");
            }
        }
        if (of.isEmpty()) {
            of = EnumSet.allOf(Leg.class);
        }
        if (mbit < 0) {
            throw new ParameterException(spec.commandLine(), "--mbit is " + mbit + "; it takes at least 0");
        }
        if (rtt.isEmpty() && ack.isEmpty() && (mbit > 0 || !legs.isEmpty())) {
            throw new ParameterException(spec.commandLine(), "--rtt-of and --mbit go with --rtt or --ack");
        }
        List<Distance> all = new ArrayList<>();
        for (int millis : rtt) {
            all.add(new Distance(checked(spec, "--rtt", 0, millis), 0, mbit, of));
        }
        for (int millis : ack) {
            all.add(new Distance(0, checked(spec, "--ack", 1, millis), mbit, of));
        }
        return all;
    }

    private static int checked(CommandSpec spec, String option, int least, int millis) {
        if (millis < least || millis > Distance.MOST_MILLIS) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " is " + millis + "; it takes " + least + " to " + Distance.MOST_MILLIS);
        }
        return millis;
    }
}
