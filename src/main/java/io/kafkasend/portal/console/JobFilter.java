package io.kafkasend.portal.console;

import java.util.Locale;
import java.util.Map;

/**
 * Which jobs somebody wants to see, from a query's parameters. What is not given filters nothing. Immutable.
 *
 * @param state a stage, or how a job ended, in any case
 * @param client a client's whole name, or {@code unsigned}
 * @param code an error code or a status, or how it begins: {@code 5} is every status from 500 on
 * @param id how a job id begins
 */
record JobFilter(String state, String client, String code, String id) {
    static final JobFilter ALL = new JobFilter("", "", "", "");

    static JobFilter of(Map<String, String> query) {
        return new JobFilter(
                query.getOrDefault("state", ""),
                query.getOrDefault("client", ""),
                query.getOrDefault("code", "").toUpperCase(Locale.ROOT),
                query.getOrDefault("id", "").toLowerCase(Locale.ROOT));
    }

    boolean takes(OpenJob job) {
        return code.isEmpty()
                && takes(job.phase(), job.request(), job.id().jobId().value());
    }

    boolean takes(EndedJob job) {
        boolean coded = code.isEmpty()
                || job.code().startsWith(code)
                || job.status().isPresent()
                        && String.valueOf(job.status().getAsInt()).startsWith(code);
        return coded && takes(job.ended(), job.request(), job.id());
    }

    private boolean takes(Enum<?> of, ShownRequest request, String job) {
        return (state.isEmpty() || of.name().equalsIgnoreCase(state))
                && (client.isEmpty() || request.client().equals(client))
                && job.startsWith(id);
    }
}
