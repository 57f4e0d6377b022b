"""Where an answer's body goes: memory, a file, or anything with ``write``."""

from __future__ import annotations

import os
import secrets
from typing import BinaryIO, List, Optional, Protocol, Union

from .errors import KafkaSendError

Target = Union[None, str, "os.PathLike[str]", BinaryIO]
"""None is memory; a path is a file, which is there once the answer is whole and checked; else it is written to as it comes."""


class Sink(Protocol):
    """Takes one body."""

    def write(self, data: bytes) -> None: ...

    def restart(self) -> None:
        """Forgets what was written: the portal begins its answer anew."""

    def complete(self) -> Optional[bytes]:
        """The body, where it was kept in memory."""

    def abort(self) -> None:
        """Leaves nothing behind. May be called in any state, and again."""


def sink_for(target: Target, most: int) -> Sink:
    """:param most: bytes that may be kept in memory"""
    if target is None:
        return _Memory(most)
    if isinstance(target, (str, os.PathLike)):
        path = os.path.realpath(target)
        if os.path.exists(path) and not os.path.isfile(path):
            return _Stream(open(path, "wb"), True)  # a device or a pipe, which nothing may take the place of
        return _File(path)
    return _Stream(target, False)


class _Memory:
    def __init__(self, most: int) -> None:
        self._most, self._size, self._parts = most, 0, []  # type: int, int, List[bytes]

    def write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._most:
            self.abort()
            raise KafkaSendError("TARGET", f"the answer has more than {self._most} bytes, which memory may hold; name a file")
        self._parts.append(data)

    def restart(self) -> None:
        self.abort()

    def complete(self) -> bytes:
        return b"".join(self._parts)

    def abort(self) -> None:
        self._size, self._parts = 0, []


class _File:
    """A file that takes its place once it is whole."""

    def __init__(self, path: str) -> None:
        self._path = path
        partial = f"{path}.{secrets.token_hex(4)}.part"
        self._file = open(partial, "xb")
        self._partial: Optional[str] = partial

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def restart(self) -> None:
        self._file.seek(0)
        self._file.truncate()

    def complete(self) -> None:
        self._file.close()
        assert self._partial is not None
        os.replace(self._partial, self._path)
        self._partial = None

    def abort(self) -> None:
        try:
            self._file.close()
        finally:
            if self._partial is not None:
                os.unlink(self._partial)
                self._partial = None


class _Stream:
    def __init__(self, stream: BinaryIO, closes: bool) -> None:
        self._stream, self._closes, self._size = stream, closes, 0

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self._size += len(data)

    def restart(self) -> None:
        if self._size:
            raise KafkaSendError(
                "CORRUPT", f"the portal began its answer anew after {self._size} bytes of it had been written out"
            )

    def complete(self) -> None:
        self._stream.flush()

    def abort(self) -> None:
        """What is written out is written out."""
        if self._closes:
            self._stream.close()
