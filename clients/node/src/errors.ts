/** What ends a request without an answer. Each has a stable code; its text is one line for a person. */

/**
 * There is no answer.
 *
 * `code` is stable. Of a portal's ERROR it is one of PROTOCOL.md's error codes. Otherwise it is one of this client's own: `REQUEST` and
 * `SETTINGS` (what was asked for is no good), `BODY` (the body cannot be read, or changed), `TARGET` (the answer cannot be written),
 * `NO_BROKER`, `NO_TOPIC`, `KAFKA`, `TIMED_OUT`, `CANCELLED`, `CORRUPT` (a checksum or a length differs), `PROTOCOL` (the answer breaks
 * the protocol), `OLD_PORTAL`, `CLOSED`.
 */
export class KafkaSendError extends Error {
  override readonly name: string = 'KafkaSendError'

  constructor(
    readonly code: string,
    message: string,
    readonly jobId?: string,
    cause?: unknown
  ) {
    super(message.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim(), cause === undefined ? undefined : { cause })
  }
}

/** The portal reported an ERROR. Where `retryable` is true nothing was done, and the same request may pass later. */
export class JobFailedError extends KafkaSendError {
  override readonly name = 'JobFailedError'

  constructor(
    code: string,
    message: string,
    jobId?: string,
    readonly retryable = false,
    readonly retryAfterSeconds?: number
  ) {
    super(code, message, jobId)
  }
}

/** The request's time is over; the API may have been called. */
export class TimedOutError extends KafkaSendError {
  override readonly name = 'TimedOutError'
}

/** The job was cancelled by this client; a call that had begun may have taken effect. */
export class CancelledError extends KafkaSendError {
  override readonly name = 'CancelledError'
}

/** The text of whatever was thrown, in one line. */
export function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return textOf(error.errors.at(-1))
  }
  return error instanceof Error ? error.message || error.name : String(error)
}
