"""What ends a request without an answer. Each has a stable code; its text is one line for a person."""

from __future__ import annotations

from typing import Optional


class KafkaSendError(Exception):
    """There is no answer.

    ``code`` is stable. Of a portal's ERROR it is one of PROTOCOL.md's error codes. Otherwise it is one of this client's own:
    ``REQUEST`` and ``SETTINGS`` (what was asked for is no good), ``BODY`` (the body cannot be read, or changed), ``TARGET`` (the
    answer cannot be written), ``NO_BROKER``, ``NO_TOPIC``, ``KAFKA``, ``TIMED_OUT``, ``CANCELLED``, ``CORRUPT`` (a checksum or a
    length differs), ``PROTOCOL`` (the answer breaks the protocol), ``OLD_PORTAL``, ``CLOSED``.
    """

    def __init__(self, code: str, message: str, job_id: Optional[str] = None) -> None:
        super().__init__(" ".join("".join(c if c.isprintable() else " " for c in message).split()))
        self.code = code
        self.job_id = job_id


class JobFailedError(KafkaSendError):
    """The portal reported an ERROR. Where ``retryable`` is true nothing was done, and the same request may pass later."""

    def __init__(
        self,
        code: str,
        message: str,
        job_id: Optional[str] = None,
        retryable: bool = False,
        retry_after_seconds: Optional[int] = None,
    ) -> None:
        super().__init__(code, message, job_id)
        self.retryable = retryable
        self.retry_after_seconds = retry_after_seconds


class TimedOutError(KafkaSendError):
    """The request's time is over; the API may have been called."""


class CancelledError(KafkaSendError):
    """The job was cancelled by this client; a call that had begun may have taken effect."""
