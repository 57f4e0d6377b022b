package io.kafkasend.e2e;

import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Which payments were said not to be made, and by which code; held against a payee's own ledger. Thread-safe. */
final class Claims {
    /** Codes that say of themselves that the request may have taken effect, or whose job goes on. */
    private static final Set<ErrorCode> UNSURE = EnumSet.of(
            ErrorCode.DUPLICATE_START,
            ErrorCode.API_TIMEOUT,
            ErrorCode.API_BROKEN,
            ErrorCode.API_ANSWER_INVALID,
            ErrorCode.API_ANSWER_HEADERS_TOO_LARGE,
            ErrorCode.OUTCOME_UNKNOWN,
            ErrorCode.ANSWER_INTERRUPTED,
            ErrorCode.CANCELLED,
            ErrorCode.INTERNAL_ERROR);
    /** The gateway's, among those that are not retryable. */
    private static final Set<GatewayError> SURE = EnumSet.of(GatewayError.KEY_REUSED, GatewayError.BODY_TOO_LARGE);

    private static final Set<String> TROUBLE = Set.of(
            "TOO_MANY_JOBS",
            "JOB_TIMEOUT",
            "EXPIRED",
            "CHUNKS_LOST",
            "OAUTH_UNAVAILABLE",
            "OAUTH_REJECTED",
            "API_UNREACHABLE",
            "API_UNAVAILABLE");

    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, String> claims = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();

    /** The number of another payment, which its path ends with. */
    long next() {
        return numbers.incrementAndGet();
    }

    /** What a payer was told: a code, or a status or what else came. */
    void told(long number, String outcome, String by) {
        outcomes.computeIfAbsent(outcome, absent -> new AtomicInteger()).incrementAndGet();
        if (claims(outcome)) {
            claims.put(number, outcome + " " + by);
        }
    }

    /** Whether a code says that the API has done nothing. */
    static boolean claims(String code) {
        return ErrorCode.named(code).map(of -> !UNSURE.contains(of)).orElseGet(() -> {
            for (GatewayError error : GatewayError.values()) {
                if (error.name().equals(code)) {
                    return error.retryable() || SURE.contains(error);
                }
            }
            return false;
        });
    }

    /** How many claims there are of each code. */
    Map<String, Long> byCode() {
        return claims.values().stream()
                .collect(Collectors.groupingBy(
                        claim -> claim.replaceAll(" .*", ""), TreeMap::new, Collectors.counting()));
    }

    /** How many of them a portal made of requests that are in order: limits and refusals are another matter. */
    long byTrouble() {
        return byCode().entrySet().stream()
                .filter(entry -> TROUBLE.contains(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** All outcomes with their numbers. */
    Map<String, AtomicInteger> outcomes() {
        return new TreeMap<>(outcomes);
    }

    /** The payments that were made although somebody was told that they were not. */
    List<String> wrong(Collection<Call> made) {
        Map<String, List<Call>> payments =
                made.stream().collect(Collectors.groupingBy(call -> call.path().replaceAll(".*/", "")));
        List<String> wrong = new ArrayList<>();
        claims.forEach((number, claim) -> {
            List<Call> calls = payments.get(Long.toString(number));
            if (calls != null) {
                wrong.add("payment " + number + " was made, and said not to be: " + claim + ": " + calls);
            }
        });
        return wrong;
    }
}
