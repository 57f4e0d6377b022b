package io.kafkasend.portal.job;

import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestStart;
import java.util.Optional;

/**
 * A request that got an ERROR and was never a job. Immutable.
 *
 * @param id what the request calls itself
 * @param client who signed it; empty where nobody did, or the signature was not looked at yet
 * @param start the START, not vetted; empty where the ERROR is about another message
 * @param code the ERROR's code
 */
public record RefusedRequest(JobId id, Optional<String> client, Optional<RequestStart> start, ErrorCode code) {}
