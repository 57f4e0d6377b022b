package io.kafkasend.portal.report;

import java.util.Optional;

/** Hears of each refusal: of a request by policy or limits, of a record by the protocol. Implementations are thread-safe. */
@FunctionalInterface
public interface RefusalListener {
    /**
     * Something was refused.
     *
     * @param reason a reason of policy, or an error code
     * @param client who signed it; empty where nobody did, or nobody looked
     */
    void refused(String reason, Optional<String> client);
}
