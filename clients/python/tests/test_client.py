"""The client against a Kafka of librdkafka's own, and a portal that does as it is told."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
import os
import threading
import time
import zlib
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple, TypeVar

import pytest
from confluent_kafka import KafkaError, KafkaException

from conftest import PROMPT, VECTORS, Portal, Seen, connect
from kafkasend import (
    AsyncClient,
    CancelledError,
    Client,
    JobFailedError,
    KafkaSendError,
    Progress,
    Receipt,
    Request,
    SigningKey,
    TimedOutError,
)
from kafkasend.body import Body
from kafkasend.link import End, Inbox, Record, headers_of

Begin = Callable[[Callable[[Portal, Seen], None]], Portal]
BODY = os.urandom(2_000_001)


def echo(portal: Portal, seen: Seen) -> None:
    portal.answer(seen, seen.body)


def never(portal: Portal, seen: Seen) -> None:
    portal.send(seen, "STATUS", stage="calling", seconds=1)


@pytest.fixture
def client(kafka: str) -> Iterator[Client]:
    with connect(kafka) as made:
        yield made


def one(portal: Portal) -> Seen:
    (seen,) = list(portal.seen.values())[-1:]
    return seen


def test_bodies_of_every_kind_come_through(client: Client, portal: Begin, tmp_path: Path) -> None:
    portal(echo)
    path = tmp_path / "body"
    path.write_bytes(BODY)
    later = io.BytesIO(b"skipped" + BODY)
    later.seek(7)
    read, write = os.pipe()
    os.write(write, b"piped")
    os.close(write)
    pipe = os.fdopen(read, "rb")
    wanted: List[Tuple[Any, bytes]] = [(BODY, BODY), (bytearray(b"a"), b"a"), (memoryview(b"b"), b"b"), (None, b"")]
    for body, expected in [*wanted, (path, BODY), (later, BODY), (iter([b"a", b"b"]), b"ab"), (pipe, b"piped")]:
        answer = client.send(Request("POST", "/echo", body))
        assert (answer.status, answer.body, answer.size) == (200, expected, len(expected))
        assert answer.crc32 == zlib.crc32(expected)
    assert answer.header("x-a") == "1, 2" and answer.header("X-B") is None
    assert answer.text == "piped"
    pipe.close()


def test_start_says_what_the_protocol_asks_for(client: Client, portal: Begin) -> None:
    told = portal(lambda p, s: p.answer(s, b'{"a":1}', form=True, dropped_headers=["X-B"]))
    now = time.time()
    answer = client.send(
        Request(
            "PUT", "/a?b=%20", BODY, headers={"X-A": "ü"}, content_type="a/b", filename="ü.pdf", form_field="f",
            form_fields={"a": "1", "b": ["2", "3"]}, timeout=77, sha256=True, traceparent="00-x", stream=True,
        )
    )
    start = one(told).start
    assert answer.json() == {"a": 1} and list(answer.dropped_headers) == ["X-B"]
    assert {name: start[name] for name in ("method", "endpoint", "filename", "content_type", "form_field", "traceparent")} == {
        "method": "PUT", "endpoint": "/a?b=%20", "filename": "ü.pdf", "content_type": "a/b", "form_field": "f", "traceparent": "00-x",
    }
    assert start["form_fields"] == {"a": "1", "b": ["2", "3"]} and start["headers"] == {"X-A": "ü"}
    assert (start["total_chunks"], start["total_bytes"], start["crc32"]) == (4, len(BODY), zlib.crc32(BODY))
    assert start["sha256"] == hashlib.sha256(BODY).hexdigest() and start["timeout_seconds"] == 77
    assert now + 76 < start["expires_at"] < now + 90 and len(start["secret_sha256"]) == 64
    assert start["accept"] == ["binary", "zstd", "gzip", "header-lists", "progress", "stream"]
    assert "signature" not in start and "reply_to" not in start and "binary_frames" not in start


def test_an_answer_goes_to_a_file_or_a_stream(client: Client, portal: Begin, tmp_path: Path) -> None:
    portal(echo)
    told: List[Progress] = []
    assert client.send(Request("POST", "/e", BODY), tmp_path / "a", told.append).body is None
    assert (tmp_path / "a").read_bytes() == BODY
    assert told[0].total == len(BODY) and max(p.sent for p in told) == len(BODY) == told[-1].received
    stream = io.BytesIO()
    client.send(Request("POST", "/e", BODY), stream)
    assert stream.getvalue() == BODY
    with pytest.raises(KafkaSendError) as caught:
        client.send(Request("POST", "/e", BODY), tmp_path / "no" / "such")
    assert caught.value.code == "TARGET"


def test_frames_compression_and_a_reply_topic(kafka: str, portal: Begin) -> None:
    told = portal(lambda p, s: p.answer(s, b"ok", topic="replies"))
    with connect(kafka, reply_topic="replies", binary_frames=True) as client:
        assert client.send(Request("POST", "/a", BODY)).body == b"ok"
        assert one(told).framed and one(told).body == BODY and one(told).start["total_chunks"] == 2
        assert one(told).start["reply_to"] == "replies" and one(told).start["binary_frames"] is True
        client.send(Request("POST", "/a", b"abc" * 1000, content_encoding="gzip"))
        assert gzip.decompress(one(told).body) == b"abc" * 1000 and one(told).start["content_encoding"] == "gzip"
        client.send(Request("POST", "/a", BODY, content_encoding="zstd"))
        assert "content_encoding" not in one(told).start and one(told).body == BODY


def test_a_signed_start_says_where_it_stands(kafka: str, portal: Begin) -> None:
    told = portal(lambda p, s: p.answer(s, b"ok") if s.start["endpoint"] == "/a" else never(p, s))
    key = SigningKey.read("ed", VECTORS / "signing-keys" / "ed.pem")
    with connect(kafka, signing_key=key) as client:
        client.send(Request("POST", "/a", b"abc", timeout=5000))
        signature = one(told).start.pop("signature")
        payload = payload_of(signature)
        assert payload == {**one(told).start, **{n: payload[n] for n in ("iat", "exp", "aud", "partition")}}
        assert payload["exp"] - payload["iat"] == 900 and payload["aud"] == "api-requests"
        assert payload["client_id"] == "ed" and payload["sha256"] == hashlib.sha256(b"abc").hexdigest()
        cancel = cancelled(client, told)
        assert payload_of(cancel.pop("signature")) == {"job_id": cancel["job_id"], "message_type": "CANCEL", "sequence": 0}


def payload_of(signature: str) -> Dict[str, Any]:
    import base64

    found: Dict[str, Any] = json.loads(base64.urlsafe_b64decode(signature.split(".")[1] + "=="))
    return found


def cancelled(client: Client, told: Portal) -> Dict[str, Any]:
    """Cancels a job once the portal has told of it; the CANCEL."""
    heard = threading.Event()
    job = client.submit(Request("GET", "/never"), progress=lambda p: heard.set() if p.status else None)
    assert heard.wait(10) and not job.done()
    job.cancel()
    with pytest.raises(CancelledError):
        job.result(10)
    return until(lambda: told.seen[job.job_id.encode()].cancels[0])


T = TypeVar("T")


def until(found: Callable[[], T]) -> T:
    end = time.monotonic() + 10
    while True:
        try:
            return found()
        except (LookupError, AssertionError):
            if time.monotonic() > end:
                raise
            threading.Event().wait(0.01)


def test_cancel_shows_the_secret(client: Client, portal: Begin) -> None:
    told = portal(never)
    cancel = cancelled(client, told)
    assert hashlib.sha256(cancel["secret"].encode()).hexdigest() == one(told).start["secret_sha256"]


def test_an_old_portal_gets_no_cancel(client: Client, portal: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkasend.job.GRACE_SECONDS", 0)
    told = portal(lambda p, s: None if s.start["endpoint"] == "/never" else p.answer(s, b""))
    with pytest.raises(TimedOutError) as caught:
        client.send(Request("GET", "/never", timeout=1))
    silent = one(told)
    client.send(Request("GET", "/a"))
    assert caught.value.code == "TIMED_OUT" and not silent.cancels


def test_errors_have_their_codes(client: Client, portal: Begin) -> None:
    def refuse(p: Portal, s: Seen) -> None:
        if s.start["endpoint"] == "/no":
            p.send(s, "ERROR", error_message="no", error_code="ENDPOINT_NOT_ALLOWED", retryable=False)
        else:
            p.send(s, "ERROR", digest=None, error_message="x")

    portal(refuse)
    with pytest.raises(JobFailedError) as refused:
        client.send(Request("GET", "/no"))
    with pytest.raises(JobFailedError) as old:
        client.send(Request("GET", "/old"))
    assert (refused.value.code, refused.value.retryable, old.value.code) == ("ENDPOINT_NOT_ALLOWED", False, "UNKNOWN")


def test_what_others_write_is_not_taken(client: Client, portal: Begin) -> None:
    def among_strangers(p: Portal, s: Seen) -> None:
        p.raw(b"6f1f9d2e-9e0c-4f0e-8f3b-1d2c3b4a5f60", b"\xff")
        p.raw(s.key, None)
        p.send(s, "ERROR", digest="0" * 64, error_message="of nobody's START")
        p.answer(s, b"mine")

    portal(among_strangers)
    assert client.send(Request("GET", "/a")).body == b"mine"


def test_an_answer_with_a_wrong_checksum_is_refused(client: Client, portal: Begin, tmp_path: Path) -> None:
    portal(lambda p, s: p.answer(s, b"abc", crc32=1))
    with pytest.raises(KafkaSendError) as caught:
        client.send(Request("GET", "/a"), tmp_path / "a")
    assert caught.value.code == "CORRUPT" and not list(tmp_path.iterdir())


def test_an_old_portal_that_dropped_a_form_is_told(client: Client, portal: Begin) -> None:
    portal(echo)
    with pytest.raises(KafkaSendError) as caught:
        client.send(Request("POST", "/a", b"a", content_type="a/b", filename="a", form_field="f"))
    assert caught.value.code == "OLD_PORTAL"


def test_an_answer_is_fetched_later_and_again(kafka: str, portal: Begin) -> None:
    go = threading.Event()

    def later(p: Portal, s: Seen) -> None:
        never(p, s)
        if go.wait(10):
            p.answer(s, s.body)

    told = portal(later)
    kept: List[Receipt] = []
    with connect(kafka) as first:
        first.submit(Request("POST", "/a", BODY, on_receipt=kept.append, outlives=True))
        until(lambda: kept[0])
        until(lambda: list(told.seen.values())[-1].parts[3])
    receipt = Receipt.from_json(kept[0].to_json())
    assert receipt == kept[0] and receipt.topic == "api-responses" and abs(receipt.since - time.time()) < 60
    everything = Receipt(receipt.job_id, receipt.request_sha256)
    with connect(kafka, modern_portals=True) as other:
        with pytest.raises(TimedOutError):
            other.fetch(receipt)
        go.set()
        assert other.fetch(everything, 20).body == BODY
        assert other.fetch(everything).body == BODY
        assert other.fetch(Receipt(receipt.job_id)).body == BODY
        with pytest.raises(TimedOutError):
            other.fetch(Receipt(receipt.job_id, "f" * 64))
        with pytest.raises(TimedOutError):
            other.fetch(receipt.job_id.replace("-4", "-5"))
        job = other.submit_fetch(Receipt(receipt.job_id, "f" * 64), 60)
        job.cancel()
        with pytest.raises(CancelledError):
            job.result(10)
        with pytest.raises(KafkaSendError) as missing:
            other.fetch(Receipt(receipt.job_id, topic="no topic"))
        other.cancel(receipt)
        under_way = other.submit_fetch(Receipt(receipt.job_id, "f" * 64), 60)
        assert until(lambda: one(told).cancels[0])["secret"] == receipt.secret
    with pytest.raises(KafkaSendError) as ended:
        under_way.result(10)
    assert (missing.value.code, ended.value.code) == ("NO_TOPIC", "CLOSED")
    with connect(kafka) as unsure, pytest.raises(KafkaSendError):
        unsure.cancel(receipt)
    with pytest.raises(KafkaSendError):
        Receipt.from_json("[]")


def test_nothing_is_sent_where_the_receipt_cannot_be_kept(client: Client, portal: Begin) -> None:
    told = portal(echo)
    before = len(told.seen)

    def full(receipt: Receipt) -> None:
        raise OSError("full")

    with pytest.raises(OSError):
        client.send(Request("GET", "/a", on_receipt=full))
    client.send(Request("GET", "/b"))
    assert all(seen.start["endpoint"] == "/b" for seen in list(told.seen.values())[before:][-1:])


def test_a_listener_that_fails_does_no_harm(client: Client, portal: Begin, caplog: pytest.LogCaptureFixture) -> None:
    portal(echo)

    def fail(progress: Progress) -> None:
        raise ValueError("x")

    assert client.send(Request("GET", "/a"), progress=fail).status == 200
    assert len(caplog.records) == 1


def test_jobs_beside_one_another_get_their_own_answers(client: Client, portal: Begin) -> None:
    portal(echo)
    jobs = [client.submit(Request("POST", "/a", str(i).encode() * 700_000)) for i in range(6)]
    assert [job.result(30).body for job in jobs] == [str(i).encode() * 700_000 for i in range(6)]


def test_closing_ends_what_is_under_way(kafka: str) -> None:
    client = connect(kafka)
    job = client.submit(Request("GET", "/never"))
    client.close()
    client.close()
    with pytest.raises(KafkaSendError) as caught:
        job.result(10)
    assert caught.value.code == "CLOSED"
    with pytest.raises(KafkaSendError) as late:
        client.send(Request("GET", "/never"))
    assert late.value.code == "CLOSED"


def test_what_cannot_be_asked_for_is_refused_before_anything_is_sent(client: Client) -> None:
    mistakes: List[Callable[[], Any]] = [
        lambda: Request("get", "/"),
        lambda: Request("GET", "/", timeout=0),
        lambda: Request("GET", "/", headers={"Authorization": "x"}),
        lambda: Request("GET", "/", form_field="f"),
        lambda: client.send(Request("GET", "/", content_encoding="br")),
        lambda: client.send(Request("POST", "/", "text")),  # type: ignore[arg-type]
        lambda: client.send(Request("POST", "/" * 1_100_000)),
    ]
    for mistake in mistakes:
        with pytest.raises(KafkaSendError) as caught:
            mistake()
        assert caught.value.code == "REQUEST"


def test_a_body_that_changes_or_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for change in (b"shorter", b"longer than before", b"anothe"):
        path = tmp_path / "body"
        path.write_bytes(b"before")
        body = Body(path, 4)
        path.write_bytes(change)
        with pytest.raises(KafkaSendError, match="changed"):
            list(body.chunks())
        body.close()
        with pytest.raises(ValueError):
            list(body.chunks())
    with pytest.raises(KafkaSendError):
        Body(tmp_path / "none", 4)
    with pytest.raises(ValueError):
        Body((int("x").to_bytes(1, "big") for _ in "a"), 4)

    class Slow(io.BytesIO):
        broken = False

        def read(self, size: Any = -1) -> bytes:
            if self.broken:
                raise OSError("gone")
            return super().read(min(size, 3))

    slow = Slow(b"abcdefgh")
    body = Body(slow, 4)
    assert list(body.chunks()) == [b"abcd", b"efgh"]
    slow.broken = True
    with pytest.raises(KafkaSendError, match="gone"):
        list(body.chunks())
    monkeypatch.setattr("kafkasend.body.CHUNKS", 1)
    with pytest.raises(KafkaSendError, match="2 chunks"):
        Body(b"ab", 1)


def test_where_kafka_is_not_to_be_had_a_line_says_so(kafka: str) -> None:
    with pytest.raises(KafkaSendError) as away:
        Client("127.0.0.1:1", connect_timeout=0.5)
    with pytest.raises(KafkaSendError) as unknown:
        connect(kafka, properties={"no.such.setting": "x"})
    assert (away.value.code, unknown.value.code) == ("NO_BROKER", "SETTINGS")


def test_a_record_that_kafka_does_not_take_ends_its_job(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    link = client._link
    inbox = link.join("a")
    with pytest.raises(KafkaSendError):
        link.write("a", 0, b"a" * 2_000_000, {}, inbox)
    with pytest.raises(KafkaSendError, match="Kafka d(id|oes) not take the request"):  # as soon as it knows the topic
        link.write("a", 99, b"a", {}, inbox)
        event = inbox.take(10)
        assert isinstance(event, End)
        raise event.cause

    class Broken:
        def __init__(self, code: int) -> None:
            self.code = code

        def error(self) -> KafkaError:
            return KafkaError(self.code)

        def key(self) -> None: ...

        def value(self) -> None: ...

        def headers(self) -> Dict[str, str]:
            return {"a": "b"}

    link._pass_on(Broken(KafkaError._TRANSPORT))  # type: ignore[arg-type]
    assert inbox.take(0) is None
    link._pass_on(Broken(KafkaError.TOPIC_AUTHORIZATION_FAILED))  # type: ignore[arg-type]
    assert "the answers cannot be read" in str(getattr(inbox.take(1), "cause", None))
    assert headers_of(Broken(0)) == [("a", b"b")]  # type: ignore[arg-type]
    link.leave("a")
    link.leave("a")


def test_partitions_that_are_added_are_read_from_their_beginning(kafka: str, portal: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    portal(echo)
    monkeypatch.setattr("kafkasend.link.LOOK_SECONDS", 0.0)
    with connect(kafka) as client:
        for partition in range(1, 4):
            client._link._assigned.remove(partition)
        client._link._consumer.incremental_unassign([tp for tp in client._link._consumer.assignment() if tp.partition > 0])
        until(lambda: client._link._assigned[3])
        assert {client.send(Request("POST", "/a", b"a")).status for _ in range(8)} == {200}


def test_a_topic_that_cannot_be_read_for_a_while_is_read_on(client: Client, portal: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    portal(echo)
    failed = threading.Event()

    def fail() -> None:
        if not failed.is_set():
            failed.set()
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))

    monkeypatch.setattr(client._link, "_look", fail)
    assert failed.wait(10)
    assert client.send(Request("GET", "/a")).status == 200


def test_an_inbox_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkasend.link.WAITING_BYTES", 1)
    inbox = Inbox()
    inbox.put(Record(b"abc", []))
    thread = threading.Thread(target=inbox.put, args=[Record(b"def", [])])
    thread.start()
    first, second = inbox.take(1), inbox.take(10)
    thread.join()
    assert (first, second) == (Record(b"abc", []), Record(b"def", []))


def test_asyncio_sends_fetches_and_cancels(kafka: str, portal: Begin) -> None:
    told = portal(lambda p, s: echo(p, s) if s.start["endpoint"] == "/a" else never(p, s))

    async def work() -> None:
        kept: List[Receipt] = []
        heard: List[Progress] = []
        async with AsyncClient(kafka, properties=PROMPT, modern_portals=True) as client:
            both = await asyncio.gather(
                client.send(Request("POST", "/a", b"a", on_receipt=kept.append), progress=heard.append),
                client.send(Request("POST", "/a", b"b")),
            )
            assert [answer.body for answer in both] == [b"a", b"b"]
            assert (await client.fetch(Receipt(kept[0].job_id), 10)).body == b"a"
            await asyncio.sleep(0)
            assert heard[-1].received == 1
            client.cancel(kept[0])
            begun = asyncio.Event()
            task = asyncio.ensure_future(
                client.send(Request("GET", "/never"), progress=lambda p: begun.set() if p.status else None)
            )
            await asyncio.wait_for(begun.wait(), 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        with pytest.raises(RuntimeError):
            await client.send(Request("GET", "/a"))

    asyncio.run(work())
    assert until(lambda: [seen for seen in told.seen.values() if seen.start["endpoint"] == "/never"][-1].cancels[0])


def test_ctrl_c_cancels_the_job(client: Client, portal: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    told = portal(never)
    heard = threading.Event()

    def interrupted(self: Any, timeout: Any = None) -> None:
        assert heard.wait(10)
        raise KeyboardInterrupt

    monkeypatch.setattr("kafkasend.job.Job.result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        client.send(Request("GET", "/never"), progress=lambda p: heard.set() if p.status else None)
    assert until(lambda: one(told).cancels[0])
