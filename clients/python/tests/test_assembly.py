"""Answers in odd order, of others, and broken ones."""

from __future__ import annotations

import base64
import io
import json
import zlib
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

import pytest

from kafkasend.assembly import Assembly
from kafkasend.encoding import compress, decompress
from kafkasend.errors import JobFailedError, KafkaSendError
from kafkasend.messages import MessageError, fields_of, message_of
from kafkasend.target import Sink, sink_for

JOB = "550e8400-e29b-41d4-a716-446655440000"
OWN, OTHER = "a" * 64, "b" * 64


def take(assembly: Assembly, kind: str, digest: Optional[str] = OWN, **fields: Any) -> Any:
    fields = {"job_id": JOB, "message_type": kind, "request_sha256": digest, **fields}
    return assembly.take(json.dumps(fields).encode(), None)


def start(assembly: Assembly, digest: Optional[str] = OWN, **fields: Any) -> Any:
    return take(assembly, "START", digest, **{"status_code": 200, "is_text": False, **fields})


def chunk(assembly: Assembly, sequence: int, data: str, digest: Optional[str] = OWN, **fields: Any) -> Any:
    return take(assembly, "CHUNK", digest, sequence=sequence, data=data, **fields)


def fresh(digest: Optional[str] = OWN, sink: Optional[Sink] = None) -> Assembly:
    return Assembly(JOB, digest, sink or sink_for(None, 1 << 20))


def test_chunks_come_in_any_order_and_more_than_once() -> None:
    assembly = fresh()
    chunk(assembly, 1, "ZGVm", total_chunks=2, crc32=zlib.crc32(b"abcdef"))
    assert chunk(assembly, 1, "AAAA") is None
    start(assembly)
    assert start(assembly) is None
    chunk(assembly, 0, "YWJj")
    assert assembly.whole and assembly.sink.complete() == b"abcdef"
    assert chunk(assembly, 0, "YWJj") is None


def test_a_different_start_begins_anew() -> None:
    assembly = fresh()
    start(assembly)
    chunk(assembly, 0, "AAAA")
    start(assembly, total_chunks=1)
    chunk(assembly, 0, "YWJj")
    assert assembly.whole and assembly.sink.complete() == b"abc"


def test_what_is_written_out_cannot_begin_anew() -> None:
    assembly = fresh(sink=sink_for(io.BytesIO(), 0))
    start(assembly)
    chunk(assembly, 0, "AAAA")
    with pytest.raises(KafkaSendError) as caught:
        start(assembly, total_chunks=1)
    assert caught.value.code == "CORRUPT"


def test_an_answer_belongs_to_its_start() -> None:
    assembly = fresh()
    assert take(assembly, "ERROR", OTHER, error_message="x") is None
    assert take(assembly, "ERROR", "0" * 64, error_message="x") is None
    assert take(assembly, "START", None, job_id="another", status_code=1) is None
    assert not assembly.proven
    start(assembly, total_chunks=1)
    assert assembly.proven
    assert take(assembly, "ERROR", None, error_message="x") is None
    assert assembly.take(b"garbage", None) is None
    with pytest.raises(JobFailedError) as caught:
        take(assembly, "ERROR", error_message="a\nb\x1b", error_code="TOO_MANY_JOBS", retryable=True, retry_after_seconds=3)
    assert (str(caught.value), caught.value.code, caught.value.job_id) == ("a b", "TOO_MANY_JOBS", JOB)
    assert (caught.value.retryable, caught.value.retry_after_seconds) == (True, 3)


def test_without_a_digest_the_first_one_decides() -> None:
    assembly = fresh(None)
    assert take(assembly, "ERROR", "0" * 64, error_message="x") is None
    start(assembly, OTHER)
    assert chunk(assembly, 0, "YWJj", OWN) is None
    assert assembly.digest == OTHER


def test_status_is_heard_before_the_answer_only() -> None:
    assembly = fresh()
    assert take(assembly, "STATUS", None, stage="waiting") is None
    assert take(assembly, "STATUS", stage="waiting", before=2).before == 2
    assert take(assembly, "STATUS", stage="tomorrow") is None
    assert take(assembly, "TOMORROW", sequence=0) is None
    start(assembly)
    assert take(assembly, "STATUS", stage="calling") is None


BROKEN: Dict[str, Tuple[str, Dict[str, Any], str]] = {
    "crc": ("CORRUPT", {"crc32": 1}, "YWJj"),
    "crc of our text": ("CORRUPT", {"crc32": 1, "is_text": True, "total_bytes": 3}, "abc"),
    "length": ("CORRUPT", {"total_bytes": 4}, "YWJj"),
    "sha256": ("CORRUPT", {"sha256": "c" * 64}, "YWJj"),
    "base64": ("PROTOCOL", {}, "A*AA"),
    "not ascii": ("PROTOCOL", {}, "é"),
    "half of base64": ("PROTOCOL", {}, "YWJ"),
    "no gzip": ("PROTOCOL", {"content_encoding": "gzip"}, "YWJj"),
    "no zstd": ("PROTOCOL", {"content_encoding": "zstd"}, "YWJj"),
    "a lone surrogate": ("PROTOCOL", {"is_text": True}, "\ud800"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_is_not_right_is_a_failure(name: str) -> None:
    code, fields, data = BROKEN[name]
    assembly = fresh()
    with pytest.raises(KafkaSendError) as caught:
        start(assembly, **{"total_chunks": 1, **fields})
        chunk(assembly, 0, data)
    assert caught.value.code == code


def test_more_chunks_than_announced_and_a_gap_are_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    assembly = fresh()
    chunk(assembly, 0, "YWJj")
    chunk(assembly, 1, "YWJj")
    with pytest.raises(KafkaSendError):
        start(assembly, total_chunks=1)
    monkeypatch.setattr("kafkasend.assembly.HELD_BYTES", 3)
    with pytest.raises(KafkaSendError):
        chunk(fresh(), 1, "YWJj")


@pytest.mark.parametrize(
    "fields",
    [
        {"message_type": 1},
        {"message_type": "START", "status_code": 99, "is_text": True},
        {"message_type": "START", "status_code": "200", "is_text": True},
        {"message_type": "START", "status_code": 200, "is_text": 1},
        {"message_type": "START", "status_code": 200, "is_text": True, "headers": []},
        {"message_type": "START", "status_code": 200, "is_text": True, "headers": {"a": 1}},
        {"message_type": "START", "status_code": 200, "is_text": True, "dropped_headers": "a"},
        {"message_type": "START", "status_code": 200, "is_text": True, "content_encoding": "br"},
        {"message_type": "START", "status_code": 200, "is_text": True, "sha256": "A" * 64},
        {"message_type": "START", "status_code": 200, "is_text": True, "total_chunks": True},
        {"message_type": "CHUNK", "sequence": 0},
        {"message_type": "CHUNK", "sequence": 10_000_000, "data": ""},
        {"message_type": "ERROR"},
    ],
)
def test_fields_out_of_their_range_are_refused(fields: Any) -> None:
    with pytest.raises(MessageError):
        message_of(fields)
    with pytest.raises(KafkaSendError):
        fresh().take(json.dumps({"job_id": JOB, **fields}).encode(), None)


@pytest.mark.parametrize(
    "raw", [b"[]", b"1.0", b"NaN", b'{"a":1.5}', b'{"a":1,"a":2}', b"\xff", b"[" * 100_000, b'{"a":' * 17 + b"1" + b"}" * 17]
)
def test_what_is_no_strict_object_is_refused(raw: bytes) -> None:
    with pytest.raises(MessageError):
        fields_of(raw, [])


def test_a_message_is_bounded() -> None:
    with pytest.raises(MessageError):
        fields_of(b" " * ((8 << 20) + 1), [])


@pytest.mark.parametrize(
    "headers",
    [
        [("ks-type", b"START")],
        [("ks-type", None)],
        [("ks-type", b"CHUNK"), ("ks-type", b"CHUNK")],
        [("ks-type", b"CHUNK"), ("ks-seq", b"01")],
        [("ks-type", b"CHUNK"), ("ks-seq", b"\xff")],
    ],
)
def test_frames_that_break_their_rules_are_refused(headers: Any) -> None:
    with pytest.raises(MessageError):
        fields_of(b"", headers)


def test_what_is_decompressed_is_bounded() -> None:
    for encoding in ("gzip", "zstd"):
        assert decompress(encoding, compress(encoding, b"a" * 1_048_576)) == b"a" * 1_048_576
        with pytest.raises(ValueError):
            decompress(encoding, compress(encoding, b"a" * 1_048_577))
    with pytest.raises(ValueError):
        decompress("gzip", compress("gzip", b"abc")[:-1])


def test_targets_keep_what_they_promise(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text("before")
    sink = sink_for(path, 0)
    sink.write(b"no")
    sink.restart()
    sink.write(b"yes")
    assert path.read_text() == "before"
    sink.complete()
    sink.abort()
    assert path.read_text() == "yes"
    other = sink_for(str(path), 0)
    other.write(b"no")
    other.abort()
    other.abort()
    assert [p.name for p in tmp_path.iterdir()] == ["answer"]
    memory = sink_for(None, 3)
    memory.write(b"abc")
    memory.restart()
    with pytest.raises(KafkaSendError):
        memory.write(b"abcd")
    device = sink_for("/dev/null", 0)
    device.restart()
    device.write(b"a")
    device.complete()
    device.abort()
    assert not Path("/dev/null").is_file()


def test_a_target_that_is_full_is_told() -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    assembly = fresh(sink=sink_for(Full(), 0))
    start(assembly)
    with pytest.raises(KafkaSendError, match="No space left") as caught:
        chunk(assembly, 0, base64.b64encode(b"abc").decode())
    assert caught.value.code == "TARGET"
