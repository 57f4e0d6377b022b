package io.kafkasend.chaos;

import io.kafkasend.chaos.RecordingApi.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the API saw, held against what was done to the system and what stands in the response topic. */
final class Verdict {
    /** For so long a portal's look at the response topic holds, and a call has not begun that is to begin. */
    private static final long LOOKUP_MILLIS = 1_500;
    /** How long after a disturbance its rebalance may still revoke partitions: session timeout and a joining JVM's start. */
    private static final long REBALANCE_MILLIS = 20_000;

    private static final Set<String> FAULTS = Set.of("DROP", "DROP_WITHIN", "HANG", "503", "caller gone");

    private final List<Disturbance> disturbances;
    private final Outcomes outcomes;
    private final Map<String, Integer> repeated = new TreeMap<>();
    private final List<String> unexplained = new ArrayList<>();
    private final List<String> afterAnswer = new ArrayList<>();
    private int raced;

    Verdict(List<Call> calls, List<Disturbance> disturbances, Outcomes outcomes) {
        this.disturbances = disturbances;
        this.outcomes = outcomes;
        calls.stream()
                .collect(Collectors.groupingBy(Call::job))
                .forEach((job, all) -> judge(
                        job,
                        all.stream()
                                .sorted(Comparator.comparingLong(Call::began))
                                .toList()));
    }

    private void judge(String job, List<Call> calls) {
        for (int i = 1; i < calls.size(); i++) {
            Call before = calls.get(i - 1);
            Call again = calls.get(i);
            String why = explanation(before, again);
            repeated.merge(why, 1, Integer::sum);
            if (why.equals("unexplained")) {
                unexplained.add(job + ": " + portal(before) + " " + before + ", then " + portal(again) + " " + again);
            }
        }
        List<Long> ends = outcomes.ends(job);
        for (Call call : calls) {
            if (!ends.isEmpty() && call.began() > ends.get(0)) {
                judgeLate(job, calls, call, ends.get(0));
            }
        }
    }

    /**
     * A job that was answered may not be called; but a portal that has lost its partition lets its call end and answers,
     * which may be after the new owner has looked for an answer and has begun. Nor can a portal know that it stood still
     * between its last look and the last byte of its request, while another called and answered in its place.
     */
    private void judgeLate(String job, List<Call> calls, Call call, long answered) {
        long firstOfPortal = calls.stream()
                .filter(it -> portal(it).equals(portal(call)))
                .mapToLong(Call::began)
                .min()
                .orElseThrow();
        boolean byAnother = calls.stream()
                .anyMatch(it -> it.began() <= answered && !portal(it).equals(portal(call)));
        boolean stoodStill = disturbances.stream()
                .anyMatch(it -> it.kind() == Disturbance.Kind.STALL
                        && it.victim().equals(portal(call))
                        && it.from() <= answered
                        && firstOfPortal <= it.until() + LOOKUP_MILLIS);
        if (byAnother && (stoodStill || firstOfPortal < answered + LOOKUP_MILLIS)) {
            raced++;
        } else {
            afterAnswer.add(job + ": answered " + (firstOfPortal - answered) + " ms before " + portal(call) + " " + call
                    + ", of " + calls.stream().map(it -> portal(it) + " " + it).toList());
        }
    }

    /** The portal that made a call: each has a token of its own. */
    static String portal(Call call) {
        return call.header("authorization").replace("Bearer token-", "");
    }

    private String explanation(Call before, Call again) {
        String portal = portal(before);
        if (portal.equals(portal(again)) && FAULTS.contains(before.end())) {
            return "the API's fault, retried";
        }
        for (Disturbance.Kind kind : List.of(Disturbance.Kind.KILL, Disturbance.Kind.STALL, Disturbance.Kind.REMOVE)) {
            if (disturbances.stream()
                    .anyMatch(it -> it.kind() == kind
                            && it.victim().equals(portal)
                            && it.touches(before.began(), again.began(), 0))) {
                return kind + " of the portal that made it";
            }
        }
        if (disturbances.stream()
                .anyMatch(it -> it.kind() == Disturbance.Kind.BROKER
                        && it.touches(before.began(), again.began(), REBALANCE_MILLIS))) {
            return "broker restart";
        }
        if (disturbances.stream().anyMatch(it -> it.touches(before.began(), again.began(), REBALANCE_MILLIS))) {
            return "rebalance";
        }
        return "unexplained";
    }

    /** Calls that were repeated, by what explains them. */
    Map<String, Integer> repeated() {
        return repeated;
    }

    List<String> unexplained() {
        return unexplained;
    }

    /** Calls for jobs that were answered, and committed or to be so long before. */
    List<String> afterAnswer() {
        return afterAnswer;
    }

    /** Calls for jobs that a portal answered which had lost them, just before or after the new owner's call began. */
    int raced() {
        return raced;
    }

    /** Milliseconds from each kill to the first outcome of a job that the victim had called and not answered, in order. */
    List<Long> recoveries(List<Call> calls) {
        List<Long> recoveries = new ArrayList<>();
        for (Disturbance kill : disturbances) {
            if (kill.kind() != Disturbance.Kind.KILL) {
                continue;
            }
            calls.stream()
                    .filter(call -> portal(call).equals(kill.victim()))
                    .filter(call -> call.began() <= kill.from())
                    .flatMap(call -> outcomes.ends(call.job()).stream().limit(1))
                    .filter(end -> end > kill.from())
                    .min(Long::compare)
                    .ifPresent(end -> recoveries.add(end - kill.from()));
        }
        recoveries.sort(null);
        return recoveries;
    }

    /** Milliseconds from each kill to the next outcome of whatever job, in order. */
    List<Long> silences() {
        List<Long> all = outcomes.all();
        return disturbances.stream()
                .filter(it -> it.kind() == Disturbance.Kind.KILL)
                .map(kill -> all.stream()
                                .filter(end -> end > kill.from())
                                .findFirst()
                                .orElse(Long.MAX_VALUE)
                        - kill.from())
                .sorted()
                .toList();
    }
}
