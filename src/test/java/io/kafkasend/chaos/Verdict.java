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
    /** An answered job may be called again when the answer came so shortly before a crash: its commit was still to come. */
    private static final long COMMIT_MILLIS = 1_500;
    /** How long after a disturbance its rebalance may still revoke partitions: session timeout and a joining JVM's start. */
    private static final long REBALANCE_MILLIS = 20_000;

    private static final Set<String> FAULTS = Set.of("DROP", "DROP_WITHIN", "HANG", "503", "caller gone");

    private final List<Disturbance> disturbances;
    private final Outcomes outcomes;
    private final Map<String, Integer> repeated = new TreeMap<>();
    private final List<String> unexplained = new ArrayList<>();
    private final List<String> afterAnswer = new ArrayList<>();
    private int withinCommit;

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
                judgeLate(job, answering(calls, ends.get(0)), call, ends.get(0));
            }
        }
    }

    /** The call whose answer it was: the last that began before it. */
    private static Call answering(List<Call> calls, long answered) {
        return calls.stream()
                .filter(call -> call.began() <= answered)
                .reduce((earlier, later) -> later)
                .orElse(calls.get(0));
    }

    private void judgeLate(String job, Call answering, Call call, long answered) {
        if (disturbances.stream().anyMatch(it -> cutOff(it, answering, call, answered))) {
            withinCommit++;
        } else {
            afterAnswer.add(
                    job + ": answered " + (call.began() - answered) + " ms before " + portal(call) + " " + call);
        }
    }

    /** Whether the answer's commit may have been lost to a crash just after it, or to a rebalance during the call. */
    private static boolean cutOff(Disturbance it, Call answering, Call call, long answered) {
        if (it.from() > call.began() || call.began() - it.until() > 2 * REBALANCE_MILLIS) {
            return false;
        }
        boolean crash =
                switch (it.kind()) {
                    case KILL, STALL -> it.victim().equals(portal(answering));
                    case BROKER -> true;
                    case REMOVE, ADD -> false;
                };
        return answered >= it.from() - (crash ? COMMIT_MILLIS : 0);
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

    /** Calls for jobs whose answer stood in the topic, while the commit of it was cut off. */
    int withinCommit() {
        return withinCommit;
    }

    /** Milliseconds from each kill to the next outcome of a job whose call the victim held, or of any, in order. */
    List<Long> recoveries(List<Call> calls) {
        List<Long> recoveries = new ArrayList<>();
        for (Disturbance kill : disturbances) {
            if (kill.kind() != Disturbance.Kind.KILL) {
                continue;
            }
            calls.stream()
                    .filter(call -> portal(call).equals(kill.victim()))
                    .filter(call -> call.began() <= kill.from() && (call.ended() == 0 || call.ended() >= kill.from()))
                    .flatMap(call -> outcomes.ends(call.job()).stream())
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
