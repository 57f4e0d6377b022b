"""The synchronous client."""

from __future__ import annotations

import time
import zlib
from types import TracebackType
from typing import Any, Mapping, Optional, Type, Union

from . import encoding
from .errors import KafkaSendError
from .fetch import FetchJob
from .job import Job, Listener, SentJob, cancel_of
from .link import Link
from .request import Answer, Receipt, Request
from .signing import SigningKey
from .target import Target, sink_for

MEMORY_BYTES = 256 << 20
DAY_SECONDS = 86_400


class Client:
    """Sends requests to a portal, and reads their answers. Thread-safe; make one, and close it at the end.

    :param reply_topic: where answers are wanted, and read, in place of ``answer_topic``; the portal has to allow it
    :param binary_frames: send bodies as they are, without base64: only if all portals of the topic read frames
    :param modern_portals: no portal of the topic is of the earlier implementation: CANCEL is always sent
    :param memory: bytes of an answer that may be kept in memory
    :param properties: settings of librdkafka, as ``security.protocol``
    :param connect_timeout: seconds
    :raises KafkaSendError: NO_BROKER, NO_TOPIC or SETTINGS
    """

    def __init__(
        self,
        bootstrap_servers: str = "localhost:9092",
        *,
        request_topic: str = "api-requests",
        answer_topic: str = "api-responses",
        reply_topic: Optional[str] = None,
        signing_key: Optional[SigningKey] = None,
        binary_frames: bool = False,
        modern_portals: bool = False,
        memory: int = MEMORY_BYTES,
        properties: Optional[Mapping[str, Any]] = None,
        connect_timeout: float = 10.0,
    ) -> None:
        self._key, self._frames, self._modern = signing_key, binary_frames, modern_portals
        self._reply_topic, self._memory = reply_topic, memory
        self._link = Link(
            bootstrap_servers, request_topic, reply_topic or answer_topic, properties or {}, connect_timeout
        )

    def submit(self, request: Request, target: Target = None, progress: Optional[Listener] = None) -> Job:
        """Begins a job. ``progress`` is called on the job's own thread.

        :raises KafkaSendError: TARGET, where the answer could not be written, and nothing was sent
        """
        if request.content_encoding is not None and request.content_encoding not in encoding.known():
            raise KafkaSendError("REQUEST", f"{request.content_encoding} is none of {', '.join(encoding.known())}")
        sink = self._sink(target)
        return SentJob(
            self._link, request, sink, progress, self._key, self._frames, self._modern, self._reply_topic
        ).begin()

    def send(self, request: Request, target: Target = None, progress: Optional[Listener] = None) -> Answer:
        """Sends a request, and waits for its answer. Ctrl-C cancels the job.

        :raises KafkaSendError: where there is none
        """
        return _wait(self.submit(request, target, progress))

    def submit_fetch(
        self,
        receipt: Union[Receipt, str],
        timeout: float = 0,
        target: Target = None,
        progress: Optional[Listener] = None,
    ) -> Job:
        """Begins to fetch an answer; see ``fetch``."""
        if isinstance(receipt, str):
            receipt = Receipt(receipt, since=time.time() - DAY_SECONDS)
        return FetchJob(self._link, receipt, timeout, self._sink(target), progress).begin()

    def fetch(
        self,
        receipt: Union[Receipt, str],
        timeout: float = 0,
        target: Target = None,
        progress: Optional[Listener] = None,
    ) -> Answer:
        """The answer of a job that was begun before, by whomever: any number of times, while Kafka keeps it.

        :param receipt: the job's; or its id, whose answer of the last day is looked for, of whichever START came first
        :param timeout: seconds to wait for an answer that is not whole yet; 0 is to look at what has come
        :raises KafkaSendError: TIMED_OUT, where it is not whole by then
        """
        return _wait(self.submit_fetch(receipt, timeout, target, progress))

    def cancel(self, receipt: Receipt) -> None:
        """Has the portal give up a job that was begun before. It is best effort.

        :raises KafkaSendError: SETTINGS, where the client does not know that portals read it (``modern_portals``)
        """
        if not self._modern:
            raise KafkaSendError("SETTINGS", "an old portal would stop at a CANCEL: say modern_portals", receipt.job_id)
        partition = zlib.crc32(receipt.job_id.encode()) % self._link.partitions
        record = cancel_of(receipt.job_id, receipt.secret, self._key)
        self._link.write(receipt.job_id, partition, record, {}, None)

    def _sink(self, target: Target) -> Any:
        try:
            return sink_for(target, self._memory)
        except OSError as e:
            raise KafkaSendError("TARGET", f"the answer could not be written: {e}") from e

    def close(self) -> None:
        """Ends what is under way. May be called again."""
        self._link.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()


def _wait(job: Job) -> Answer:
    try:
        return job.result()
    except KeyboardInterrupt:
        job.cancel()
        raise
