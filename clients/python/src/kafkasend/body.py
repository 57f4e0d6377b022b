"""A request's body. START says its length and CRC-32, so it is read twice: what cannot be is kept first, on disk if it is large."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from typing import BinaryIO, Iterable, Iterator, Optional, Union, cast

from . import encoding as encodings
from .errors import KafkaSendError
from .messages import CHUNKS

Source = Union[None, bytes, bytearray, memoryview, "os.PathLike[str]", BinaryIO, Iterable[bytes]]
"""Bytes, a path (``pathlib.Path``), a binary file from where it stands, or an iterable of bytes."""

CHUNK_BYTES = 665_598
FRAME_BYTES = 1_046_528
KEPT_BYTES = 8 << 20
PROBE_BYTES, WORTH_BYTES = 64 << 10, 1024


class Body:
    """What START says of a body, and its chunks. Close it after use. Not thread-safe.

    :param chunk_bytes: how much of it goes into a chunk
    :param encoding: what its chunks are compressed by, where that is worth it
    :raises KafkaSendError: BODY, where it cannot be read
    """

    def __init__(self, source: Source, chunk_bytes: int, encoding: Optional[str] = None, sha256: bool = False) -> None:
        self._chunk_bytes, self._closes = chunk_bytes, False
        try:
            self._file = self._open(source)
        except OSError as e:
            raise KafkaSendError("BODY", f"the body cannot be read: {e}") from e
        try:
            self._measure(encoding, sha256)
        except BaseException:
            self.close()
            raise

    def _measure(self, encoding: Optional[str], sha256: bool) -> None:
        try:
            self._begin = self._file.tell()
            self.total_bytes = self.total_chunks = self.crc32 = 0
            digest = hashlib.sha256()
            for piece in self._read():
                self.total_bytes += len(piece)
                self.total_chunks += 1
                self.crc32 = zlib.crc32(piece, self.crc32)
                if sha256:
                    digest.update(piece)
            self.sha256 = digest.hexdigest() if sha256 else None
            self.encoding = encoding if encoding is not None and self._shrinks(encoding) else None
        except OSError as e:
            raise KafkaSendError("BODY", f"the body cannot be read: {e}") from e
        if self.total_chunks > CHUNKS:
            raise KafkaSendError("BODY", f"the body has {self.total_chunks} chunks, and may have {CHUNKS}")

    def _open(self, source: Source) -> BinaryIO:
        if isinstance(source, str):
            raise KafkaSendError("REQUEST", "the body is a str: encode it, or give a pathlib.Path for a file")
        if isinstance(source, os.PathLike):
            opened = open(source, "rb")
            self._closes = True
            return opened
        if hasattr(source, "read") and cast(BinaryIO, source).seekable():
            return cast(BinaryIO, source)
        kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(KEPT_BYTES))
        try:
            for piece in _pieces(source):
                kept.write(piece)
            kept.seek(0)
        except BaseException:
            kept.close()
            raise
        self._closes = True
        return kept

    def _read(self) -> Iterator[bytes]:
        self._file.seek(self._begin)
        while True:
            piece = self._file.read(self._chunk_bytes)
            while piece and len(piece) < self._chunk_bytes:  # a file may give less than it has
                more = self._file.read(self._chunk_bytes - len(piece))
                if not more:
                    break
                piece += more
            if not piece:
                return
            yield piece

    def _shrinks(self, encoding: str) -> bool:
        self._file.seek(self._begin)
        probe = self._file.read(PROBE_BYTES)
        return len(probe) >= WORTH_BYTES and len(encodings.compress(encoding, probe)) < len(probe) * 0.9

    def chunks(self) -> Iterator[bytes]:
        """What each CHUNK carries, in order.

        :raises KafkaSendError: BODY, where it is not what it was at first
        """
        size = crc = 0
        try:
            for piece in self._read():
                size += len(piece)
                crc = zlib.crc32(piece, crc)
                if size > self.total_bytes:
                    break
                yield piece if self.encoding is None else encodings.compress(self.encoding, piece)
        except OSError as e:
            raise KafkaSendError("BODY", f"the body cannot be read: {e}") from e
        if (size, crc) != (self.total_bytes, self.crc32):
            raise KafkaSendError("BODY", "the body changed while it was sent")

    def close(self) -> None:
        """Closes what this opened."""
        if self._closes:
            self._file.close()


def _pieces(source: object) -> Iterator[bytes]:
    if source is None:
        return
    if isinstance(source, (bytes, bytearray, memoryview)):
        yield bytes(source)
    elif hasattr(source, "read"):
        yield from iter(lambda: cast(BinaryIO, source).read(1 << 20), b"")
    else:
        yield from cast(Iterable[bytes], source)
