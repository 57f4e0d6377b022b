"""Messages of the answer topic, as PROTOCOL.md has them: read strictly, and with what is not known passed over."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, NoReturn, Optional, Sequence, Tuple, Union

Headers = Sequence[Tuple[str, Optional[bytes]]]
Fields = Dict[str, Any]

ANSWER_BYTES = 8 << 20
CHUNKS = 100_000
STREAM_CHUNKS = 10_000_000
DEPTH = 16
DROPPED_HEADERS = 32
STAGES = ("accepted", "waiting", "calling", "answering")
NUMBERS = {"ks-seq": "sequence", "ks-total": "total_chunks", "ks-crc32": "crc32"}
DIGESTS = {"ks-sha256": "sha256", "ks-request": "request_sha256"}
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
SHA256 = re.compile(r"[0-9a-f]{64}")


class MessageError(ValueError):
    """A record that is no message of the protocol."""


@dataclass(frozen=True)
class Start:
    """Begins an answer."""

    status_code: int
    is_text: bool
    headers: Dict[str, List[str]] = field(default_factory=dict)
    total_chunks: Optional[int] = None
    crc32: Optional[int] = None
    sha256: Optional[str] = None
    total_bytes: Optional[int] = None
    content_encoding: Optional[str] = None
    form: bool = False
    dropped_headers: Tuple[str, ...] = ()
    stream: bool = False


@dataclass(frozen=True)
class Chunk:
    """A part of the body: bytes of a frame, or the data of JSON."""

    sequence: int
    data: Union[str, bytes]
    total_chunks: Optional[int] = None
    crc32: Optional[int] = None
    sha256: Optional[str] = None


@dataclass(frozen=True)
class Failure:
    """An ERROR."""

    error_message: str
    error_code: Optional[str] = None
    retryable: bool = False
    retry_after_seconds: Optional[int] = None


@dataclass(frozen=True)
class Status:
    """How far the job is at the portal: see STATUS in PROTOCOL.md."""

    stage: str
    seconds: int = 0
    total_chunks: Optional[int] = None
    received_chunks: Optional[int] = None
    next_sequence: Optional[int] = None
    before: Optional[int] = None
    awaits: Optional[str] = None
    attempt: Optional[int] = None
    error_code: Optional[str] = None
    received: Optional[str] = None
    start_offset: Optional[int] = None


Message = Union[Start, Chunk, Failure, Status]


def fields_of(value: bytes, headers: Optional[Headers]) -> Fields:
    """The fields of a record: of JSON, or of a binary frame, whose ``data`` is bytes.

    :raises MessageError: where it is neither
    """
    own = [pair for pair in headers or () if pair[0].startswith("ks-")]
    if any(name == "ks-type" for name, _ in own):
        return _frame(value, own)
    if len(value) > ANSWER_BYTES:
        raise MessageError(f"a message has {len(value)} bytes, and may have {ANSWER_BYTES}")
    try:
        fields = json.loads(
            value.decode(), object_pairs_hook=_object, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as e:
        raise MessageError(f"a message is no strict JSON: {e}") from e
    if not isinstance(fields, dict) or _depth(fields) > DEPTH:
        raise MessageError("a message is no object, or is nested too deeply")
    return {name: found for name, found in fields.items() if found is not None}


def message_of(fields: Fields) -> Optional[Message]:
    """The message that has these fields; None where its type, or a STATUS' stage, is not known yet.

    :raises MessageError: where a field is missing, of another type or out of its range
    """
    kind = _text(fields, "message_type")
    if kind == "START":
        return _start(fields)
    if kind == "CHUNK":
        return _chunk(fields)
    if kind == "ERROR":
        return Failure(
            _text(fields, "error_message"),
            _optional_text(fields, "error_code"),
            fields.get("retryable") is True,
            _number(fields, "retry_after_seconds", 0, 2**63 - 1),
        )
    if kind == "STATUS" and fields.get("stage") in STAGES:
        return _status(fields)
    return None


def _frame(value: bytes, headers: Headers) -> Fields:
    found: Fields = {"data": value}
    names = [name for name, _ in headers]
    for name, raw in headers:
        known = name == "ks-type" or name in NUMBERS or name in DIGESTS
        if known and names.count(name) > 1:
            raise MessageError(f"a frame has {name} twice")
        if not known or raw is None and name != "ks-type":
            continue
        text = (raw or b"")[:65].decode("ascii", "replace")
        if name == "ks-type":
            if text != "CHUNK":
                raise MessageError("a frame is no CHUNK")
            found["message_type"] = text
        elif name in NUMBERS:
            if not NUMBER.fullmatch(text):
                raise MessageError(f"{name} is no number")
            found[NUMBERS[name]] = int(text)
        else:
            found[DIGESTS[name]] = text
    return found


def _start(fields: Fields) -> Start:
    status, text = _number(fields, "status_code", 100, 599), fields.get("is_text")
    if status is None or not isinstance(text, bool):
        raise MessageError("START has no status_code or no is_text")
    dropped = fields.get("dropped_headers", [])
    if not isinstance(dropped, list) or not all(isinstance(name, str) for name in dropped):
        raise MessageError("dropped_headers is no list of names")
    encoding = _optional_text(fields, "content_encoding")
    if encoding not in (None, "gzip", "zstd"):
        raise MessageError("content_encoding is none that is known")
    return Start(
        status,
        text,
        _headers(fields.get("headers", {})),
        _number(fields, "total_chunks", 0, CHUNKS),
        _number(fields, "crc32", 0, 2**32 - 1),
        _digest(fields, "sha256"),
        _number(fields, "total_bytes", 0, 2**63 - 1),
        encoding,
        fields.get("form") is True,
        tuple(dropped[:DROPPED_HEADERS]),
        fields.get("stream") is True,
    )


def _headers(found: Any) -> Dict[str, List[str]]:
    if not isinstance(found, dict):
        raise MessageError("headers is no object")
    headers = {name: values if isinstance(values, list) else [values] for name, values in found.items()}
    if not all(isinstance(value, str) for values in headers.values() for value in values):
        raise MessageError("a header's value is no text")
    return headers


def _chunk(fields: Fields) -> Chunk:
    sequence, data = _number(fields, "sequence", 0, STREAM_CHUNKS - 1), fields.get("data")
    if sequence is None or not isinstance(data, (str, bytes)):
        raise MessageError("CHUNK has no sequence or no data")
    return Chunk(
        sequence,
        data,
        _number(fields, "total_chunks", 0, STREAM_CHUNKS),
        _number(fields, "crc32", 0, 2**32 - 1),
        _digest(fields, "sha256"),
    )


def _status(fields: Fields) -> Status:
    def number(name: str) -> Optional[int]:
        found = fields.get(name)
        return min(max(found, 0), 2**31 - 1) if type(found) is int else None

    def text(name: str) -> Optional[str]:
        found = fields.get(name)
        return found if isinstance(found, str) else None

    return Status(
        _text(fields, "stage"),
        number("seconds") or 0,
        number("total_chunks"),
        number("received_chunks"),
        number("next_sequence"),
        number("before"),
        text("awaits"),
        number("attempt"),
        text("error_code"),
        text("received"),
        _offset(fields.get("start_offset")),
    )


def _offset(found: object) -> Optional[int]:
    return found if type(found) is int and found >= 0 else None


def _number(fields: Fields, name: str, least: int, most: int) -> Optional[int]:
    found = fields.get(name)
    if found is not None and not (type(found) is int and least <= found <= most):
        raise MessageError(f"{name} is no integer from {least} to {most}")
    return found


def _text(fields: Fields, name: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str):
        raise MessageError(f"{name} is no text")
    return found


def _optional_text(fields: Fields, name: str) -> Optional[str]:
    return None if fields.get(name) is None else _text(fields, name)


def _digest(fields: Fields, name: str) -> Optional[str]:
    found = _optional_text(fields, name)
    if found is not None and not SHA256.fullmatch(found):
        raise MessageError(f"{name} is no SHA-256")
    return found


def _object(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MessageError("a name occurs twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise MessageError("a number is no integer")


def _depth(found: Any) -> int:
    if isinstance(found, dict):
        return 1 + max(map(_depth, found.values()), default=0)
    return 1 + max(map(_depth, found), default=0) if isinstance(found, list) else 0
