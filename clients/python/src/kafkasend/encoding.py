"""Compressed chunks: gzip, and zstd where the package ``zstandard`` (or Python 3.14) is there."""

from __future__ import annotations

import gzip
import zlib
from typing import Any, Tuple

DECODED_BYTES = 1_048_576
WINDOW_BYTES = 8 << 20

_zstandard: Any
try:
    import zstandard as _zstandard
except ImportError:  # pragma: no cover - which of the two depends on what is installed
    _zstandard = None


def known() -> Tuple[str, ...]:
    """The names that this installation reads and writes."""
    return ("gzip",) if _zstandard is None else ("gzip", "zstd")


def compress(encoding: str, data: bytes) -> bytes:
    """A chunk, compressed by itself."""
    if encoding == "gzip":
        return gzip.compress(data, 6, mtime=0)
    return bytes(_zstandard.ZstdCompressor(level=3).compress(data))


def decompress(encoding: str, data: bytes) -> bytes:
    """What was compressed.

    :raises ValueError: where it is not so compressed, or is longer than a CHUNK may be
    """
    try:
        decoded = _gunzip(data) if encoding == "gzip" else _unzstd(data)
    except zlib.error as e:
        raise ValueError(f"a CHUNK is no {encoding}: {e}") from e
    if len(decoded) > DECODED_BYTES:
        raise ValueError(f"a CHUNK has more than {DECODED_BYTES} bytes once it is decompressed")
    return decoded


def _gunzip(data: bytes) -> bytes:
    decoder = zlib.decompressobj(wbits=31)
    decoded = decoder.decompress(data, DECODED_BYTES + 1)
    if len(decoded) <= DECODED_BYTES and (not decoder.eof or decoder.unused_data):
        raise ValueError("a CHUNK is not one whole gzip")
    return decoded


def _unzstd(data: bytes) -> bytes:
    try:
        decoder = _zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
        with decoder.stream_reader(data) as reader:
            return bytes(reader.read(DECODED_BYTES + 1))
    except _zstandard.ZstdError as e:
        raise ValueError(f"a CHUNK is no zstd: {e}") from e
