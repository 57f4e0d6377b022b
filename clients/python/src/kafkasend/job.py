"""One job: a request and its answer, on a thread of its own."""

from __future__ import annotations

import base64
import hashlib
import logging
import math
import secrets
import threading
import time
import uuid
import zlib
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Callable, Dict, Optional

from . import encoding
from .assembly import Assembly
from .body import CHUNK_BYTES, FRAME_BYTES, Body
from .errors import CancelledError, KafkaSendError, TimedOutError
from .link import RECORD_BYTES, End, Inbox, Link, Record, Taken
from .messages import Start
from .request import Answer, Progress, Receipt, Request
from .signing import SigningKey, compact
from .target import Sink

GRACE_SECONDS = 5
IN_FLIGHT = 8
SIGNED_SECONDS = 900

_LOG = logging.getLogger("kafkasend")

Listener = Callable[[Progress], None]


class Job:
    """An answer that is under way. Thread-safe.

    ``future`` has the answer, or the error that ends it.
    """

    def __init__(self, job_id: str, timeout: float, sink: Sink, listener: Optional[Listener]) -> None:
        self.job_id = job_id
        self.future: "Future[Answer]" = Future()
        self._timeout, self._sink, self._listener = timeout, sink, listener
        self._deadline = time.monotonic() + timeout
        self._progress = Progress()
        self._cancelled = threading.Event()
        self._assembly = Assembly(job_id, None, sink)

    def result(self, timeout: Optional[float] = None) -> Answer:
        """The answer, once it is whole.

        :raises KafkaSendError: where there is none
        """
        return self.future.result(timeout)

    def done(self) -> bool:
        """Whether it has ended."""
        return self.future.done()

    def cancel(self) -> None:
        """Wants the answer no longer. The portal is told so where it is known to understand it."""
        self._cancelled.set()

    def begin(self) -> "Job":
        """Starts its thread."""
        self.future.set_running_or_notify_cancel()
        threading.Thread(target=self._run, name=f"kafkasend-{self.job_id}", daemon=True).start()
        return self

    def _run(self) -> None:
        answer: Optional[Answer] = None
        failure: Optional[BaseException] = None
        try:
            answer = self._finish(self._call())
        except BaseException as e:  # whoever waits has to hear of it
            failure = e
        try:
            self._sink.abort()
        except OSError as e:
            _LOG.warning("What was written of an answer cannot be removed: %s", e)
        if failure is not None:
            self.future.set_exception(failure)
        elif answer is not None:
            self.future.set_result(answer)

    def _call(self) -> Start:
        raise NotImplementedError

    def _finish(self, start: Start) -> Answer:
        try:
            body = self._sink.complete()
        except OSError as e:
            raise KafkaSendError("TARGET", f"the answer cannot be written: {e}", self.job_id) from e
        found = self._assembly
        return Answer(self.job_id, start.status_code, start.headers, found.size, found.crc, body, start.dropped_headers)

    def _take(self, record: Record) -> None:
        if self._assembly.take(record.value, record.headers) is not None:
            self._tell(received=self._assembly.size, status=self._assembly.status)

    def _tell(self, **changes: Any) -> None:
        self._progress = replace(self._progress, **changes)
        if self._listener is not None:
            try:
                self._listener(self._progress)
            except Exception:
                _LOG.exception("A listener for progress fails, and is asked no more")
                self._listener = None

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise CancelledError("CANCELLED", "the job was cancelled", self.job_id)
        if time.monotonic() >= self._deadline:
            status = self._assembly.status
            stage = "" if status is None else f"; the portal's last word: {status.stage}"
            raise TimedOutError("TIMED_OUT", f"no whole answer within {self._timeout:g} seconds{stage}", self.job_id)


class SentJob(Job):
    """A request that is sent, and its answer."""

    def __init__(
        self, link: Link, request: Request, sink: Sink, listener: Optional[Listener], key: Optional[SigningKey],
        frames: bool, modern: bool, reply_topic: Optional[str],
    ) -> None:
        super().__init__(str(uuid.uuid4()), request.timeout + GRACE_SECONDS, sink, listener)
        self._link, self._request, self._key = link, request, key
        self._frames, self._modern, self._reply_topic = frames, modern, reply_topic
        self._secret = secrets.token_urlsafe(24)
        self._partition = zlib.crc32(self.job_id.encode()) % link.partitions
        self._open = 0
        self._written = False

    def _call(self) -> Start:
        request = self._request
        size = FRAME_BYTES if self._frames else CHUNK_BYTES
        body = Body(request.body, size, request.content_encoding, request.sha256 or self._key is not None)
        inbox = self._link.join(self.job_id)
        try:
            return self._exchange(body, inbox)
        except KafkaSendError as e:
            closed = e.code == "CLOSED" and not self._request.outlives
            if closed or isinstance(e, (CancelledError, TimedOutError)):
                self._tell_portal()
            raise
        finally:
            self._link.leave(self.job_id)
            body.close()

    def _exchange(self, body: Body, inbox: Inbox) -> Start:
        start = self._start(body)
        value = compact(start)
        if len(value) + 36 > RECORD_BYTES - 1024:
            raise KafkaSendError("REQUEST", f"endpoint and headers make a START of {len(value)} bytes", self.job_id)
        self._assembly.digest = hashlib.sha256(value).hexdigest()
        if self._request.on_receipt is not None:
            self._request.on_receipt(
                Receipt(self.job_id, self._assembly.digest, self._link.answer_topic, time.time(), self._secret)
            )
        self._tell(total=body.total_bytes)
        self._written = True
        self._link.first(self.job_id, self._partition, value, inbox)
        self._open = 1
        while self._open:
            self._step(inbox)
        sent = 0
        for sequence, data in enumerate(body.chunks()):
            self._send_chunk(sequence, data, body.total_chunks, inbox)
            self._open += 1
            while self._open >= IN_FLIGHT:
                self._step(inbox)
            sent = min(sent + (FRAME_BYTES if self._frames else CHUNK_BYTES), body.total_bytes)
            self._tell(sent=sent)
        while not self._assembly.whole:
            self._step(inbox)
        found = self._assembly.start
        assert found is not None
        if (self._request.form_field or self._request.form_fields) and not found.form:
            line = f"the portal is too old for form fields: the API got the file alone, and answered {found.status_code}"
            raise KafkaSendError("OLD_PORTAL", line, self.job_id)
        return found

    def _start(self, body: Body) -> Dict[str, Any]:
        request, now = self._request, time.time()
        accept = ["binary", *reversed(encoding.known()), "header-lists", "progress"]
        accept += ["stream"] if request.stream else []
        start: Dict[str, Any] = {"job_id": self.job_id, "message_type": "START", "sequence": 0, **request.fields()}
        start.update(
            total_chunks=body.total_chunks, crc32=body.crc32, total_bytes=body.total_bytes, timeout_seconds=request.timeout,
            expires_at=math.ceil(now) + request.timeout, accept=accept,
            secret_sha256=hashlib.sha256(self._secret.encode()).hexdigest(),
        )
        optional = {
            "sha256": body.sha256,
            "content_encoding": body.encoding,
            "binary_frames": self._frames or None,
            "reply_to": self._reply_topic,
            "client_id": None if self._key is None else self._key.client_id,
        }
        start.update((name, value) for name, value in optional.items() if value is not None)
        if self._key is not None:
            iat = int(now)
            claims = {"iat": iat, "exp": iat + min(request.timeout, SIGNED_SECONDS), "aud": self._link.request_topic}
            start["signature"] = self._key.sign({**start, **claims, "partition": self._partition})
        return start

    def _send_chunk(self, sequence: int, data: bytes, total: int, inbox: Inbox) -> None:
        digest = self._assembly.digest or ""
        headers: Dict[str, str] = {}
        if self._frames:
            headers = {"ks-type": "CHUNK", "ks-seq": str(sequence), "ks-total": str(total), "ks-request": digest}
        else:
            data = compact({
                "job_id": self.job_id, "message_type": "CHUNK", "sequence": sequence, "total_chunks": total,
                "request_sha256": digest, "data": base64.b64encode(data).decode(),
            })
        self._link.write(self.job_id, self._partition, data, headers, inbox)

    def _step(self, inbox: Inbox) -> None:
        self._check()
        event = inbox.take(min(0.1, self._deadline - time.monotonic()))
        if isinstance(event, End):
            raise event.cause
        if isinstance(event, Taken):
            self._open -= 1
        elif isinstance(event, Record):
            self._take(event)

    def _tell_portal(self) -> None:
        """A CANCEL, after all that was sent. An old portal would stop at it, for good."""
        if self._written and (self._modern or self._assembly.proven):
            cancel = cancel_of(self.job_id, self._secret, self._key)
            self._link.write(self.job_id, self._partition, cancel, {}, None)


def cancel_of(job_id: str, secret: Optional[str], key: Optional[SigningKey]) -> bytes:
    """A CANCEL's record."""
    fields: Dict[str, Any] = {"job_id": job_id, "message_type": "CANCEL", "sequence": 0}
    signature = {} if key is None else {"signature": key.sign(fields)}
    return compact({**fields, **({} if secret is None else {"secret": secret}), **signature})
