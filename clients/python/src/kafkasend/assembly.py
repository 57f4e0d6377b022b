"""Puts one answer together from records in any order, repeated or not, of portals of any age."""

from __future__ import annotations

import base64
import hashlib
import logging
import zlib
from typing import Dict, Optional

from . import encoding
from .errors import JobFailedError, KafkaSendError
from .messages import Chunk, Failure, Fields, Headers, Message, MessageError, Start, Status, fields_of, message_of
from .target import Sink

HELD_BYTES = 64 << 20

_LOG = logging.getLogger("kafkasend")


class Assembly:
    """One answer. Not thread-safe.

    :param digest: the SHA-256 of the request's START; None where it is not known: the first one that comes decides then
    """

    def __init__(self, job_id: str, digest: Optional[str], sink: Sink) -> None:
        self.job_id = job_id
        self.digest = digest
        self.sink = sink
        self.proven = False
        """Whether a record has carried the digest: the portal is none of those of before."""
        self.status: Optional[Status] = None
        self._forget()

    def _forget(self) -> None:
        self.start: Optional[Start] = None
        self.total: Optional[int] = None
        self.crc32: Optional[int] = None
        self.sha256: Optional[str] = None
        self.size = self.crc = self._next = self._held_bytes = 0
        self.whole = self._framed = False
        self._held: Dict[int, Chunk] = {}
        self._rest = b""
        self._hash = hashlib.sha256()

    def take(self, value: bytes, headers: Optional[Headers]) -> Optional[Message]:
        """Takes a record that has the job's key; what it was, or None where it is none of the answer's.

        :raises JobFailedError: at an ERROR
        :raises KafkaSendError: where the answer is no good, or cannot be written
        """
        try:
            fields = fields_of(value, headers)
        except MessageError as e:
            if self.proven:
                return None  # it has no digest, as far as anybody can say
            raise self._broken(e) from e
        if self.whole or not self._is_ours(fields):
            return None
        try:
            message = message_of(fields)
            if isinstance(message, Failure):
                raise JobFailedError(
                    message.error_code or "UNKNOWN",
                    message.error_message,
                    self.job_id,
                    message.retryable,
                    message.retry_after_seconds,
                )
            if isinstance(message, Status):
                return self._take_status(message, fields)
            return self._take_answer(message)
        except ValueError as e:
            raise self._broken(e) from e
        except OSError as e:
            raise KafkaSendError("TARGET", f"the answer cannot be written: {e.strerror or e}", self.job_id) from e

    def _is_ours(self, fields: Fields) -> bool:
        """Whether it answers our START, and not another one under this id. From the first digest on it has to say so."""
        digest = fields.get("request_sha256")
        if fields.get("job_id", self.job_id) != self.job_id or (digest is None and self.proven):
            return False
        if digest is not None:
            if self.digest is None and isinstance(digest, str) and digest.strip("0"):
                self.digest = digest
            if digest != self.digest:
                return False
            self.proven = True
        return True

    def _take_status(self, message: Status, fields: Fields) -> Optional[Message]:
        if self.start is not None or "request_sha256" not in fields:
            return None  # it was overtaken by the answer
        self.status = message
        return message

    def _take_answer(self, message: Optional[Message]) -> Optional[Message]:
        if isinstance(message, Start):
            if message == self.start:
                return None  # redelivered
            if self.start is not None:
                _LOG.warning("The portal begins its answer anew job_id=%s bytes_dropped=%d", self.job_id, self.size)
                self.sink.restart()
                self._forget()
            self.start = message
        elif isinstance(message, Chunk):
            if message.sequence < self._next or message.sequence in self._held:
                return None  # redelivered: the first one counts
            self._held[message.sequence] = message
            self._held_bytes += len(message.data)
        else:
            return None  # of a type that is not known yet
        # Whichever message carries them: a streamed answer has them on its last CHUNK only.
        self.total = self.total if message.total_chunks is None else message.total_chunks
        self.crc32 = self.crc32 if message.crc32 is None else message.crc32
        self.sha256 = self.sha256 if message.sha256 is None else message.sha256
        self._advance()
        return message

    def _advance(self) -> None:
        while self.start is not None and self._next in self._held:
            chunk = self._held.pop(self._next)
            self._held_bytes -= len(chunk.data)
            data = self._decode(self.start, chunk.data)
            self._next += 1
            self.size += len(data)
            self.crc = zlib.crc32(data, self.crc)
            self._hash.update(data)
            self.sink.write(data)
        if self._held_bytes > HELD_BYTES:
            raise MessageError(f"CHUNK {self._next} is missing, and {self._held_bytes} bytes of later ones have come")
        if self.start is not None and self.total is not None and self._next >= self.total:
            self._check(self.start, self.total)
            self.whole = True

    def _decode(self, start: Start, data: object) -> bytes:
        if isinstance(data, bytes):
            self._framed = True
            return data if start.content_encoding is None else encoding.decompress(start.content_encoding, data)
        assert isinstance(data, str)
        if start.content_encoding is not None:
            return encoding.decompress(start.content_encoding, base64.b64decode(data, validate=True))
        if start.stream:
            return base64.b64decode(data, validate=True)
        if start.is_text:  # START's: old portals say otherwise on their CHUNKs
            return data.encode()
        text = self._rest + data.encode("ascii")  # all CHUNKs joined are one base64 text, which may be cut anywhere
        cut = len(text) // 4 * 4
        self._rest = text[cut:]
        return base64.b64decode(text[:cut], validate=True)

    def _check(self, start: Start, total: int) -> None:
        if self._next > total or self._held or self._rest:
            raise MessageError(f"it has other CHUNKs than the {total} that were announced")
        if start.total_bytes not in (None, self.size):
            raise self._corrupt(f"the answer has {self.size} bytes, and {start.total_bytes} were announced")
        if self.sha256 not in (None, self._hash.hexdigest()):
            raise self._corrupt("the answer's SHA-256 is not the one that the portal sent")
        if self.crc32 not in (None, self.crc):
            ours = start.total_bytes is not None or start.total_chunks is None or start.content_encoding is not None
            if not start.is_text or ours or self._framed:
                raise self._corrupt(f"the answer's CRC-32 is {self.crc}, and the portal sent {self.crc32}")
            _LOG.warning("Text that differs from its CRC-32, as old portals send it job_id=%s", self.job_id)

    def _corrupt(self, line: str) -> KafkaSendError:
        return KafkaSendError("CORRUPT", line, self.job_id)

    def _broken(self, cause: Exception) -> KafkaSendError:
        return KafkaSendError("PROTOCOL", f"the answer breaks the protocol: {cause}", self.job_id)
