"""A Kafka of librdkafka's own, and a portal that does as it is told."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import zlib
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from kafkasend import Client

VECTORS = Path(__file__).parents[3] / "src" / "test" / "resources" / "vectors"
PARTITIONS = 4
PROMPT = {"fetch.wait.max.ms": 10}
"""librdkafka's own Kafka does not answer a fetch early when records come."""


def connect(servers: str, **settings: Any) -> Client:
    return Client(servers, **{"properties": PROMPT, **settings})


def vectors(name: str) -> List[Dict[str, Any]]:
    return [json.loads(line) for line in (VECTORS / name).read_text().splitlines()]


class Seen:
    """A request as it came; its body is that of all its CHUNKs."""

    def __init__(self, key: bytes, value: bytes) -> None:
        self.key, self.start = key, json.loads(value)
        self.digest = hashlib.sha256(value).hexdigest()
        self.parts: Dict[int, bytes] = {}
        self.cancels: List[Dict[str, Any]] = []
        self.framed = False

    @property
    def body(self) -> bytes:
        return b"".join(self.parts[i] for i in sorted(self.parts))


class Portal:
    """Reads requests, and answers each as its script says, once it is whole."""

    def __init__(
        self, servers: str, script: Callable[["Portal", Seen], None], requests: str = "api-requests", answers: str = "api-responses"
    ) -> None:
        self.answers = answers
        self.script = script
        self.seen: Dict[bytes, Seen] = {}
        self.producer = Producer({"bootstrap.servers": servers, "linger.ms": 0, "message.max.bytes": 8 << 20})
        self._consumer = Consumer({"bootstrap.servers": servers, "group.id": "portal", **PROMPT})
        self._closed = threading.Event()
        self._consumer.list_topics(requests, 10)
        all_of_it = [TopicPartition(requests, p) for p in range(PARTITIONS)]
        ends = [self._consumer.get_watermark_offsets(each, 10) or (0, 0) for each in all_of_it]
        self._consumer.assign([TopicPartition(requests, p, end) for p, (_, end) in enumerate(ends)])
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._closed.is_set():
            record = self._consumer.poll(0.05)
            if record is not None and record.error() is None:
                self._take(record.key() or b"", record.value() or b"", dict(record.headers() or []))

    def _take(self, key: bytes, value: bytes, headers: Dict[str, Any]) -> None:
        fields = {} if "ks-type" in headers else json.loads(value)
        if fields.get("message_type") == "START":
            self.seen[key] = Seen(key, value)
        seen = self.seen[key]
        if fields.get("message_type") == "CANCEL":
            seen.cancels.append(fields)
            return
        if "ks-type" in headers:
            assert headers["ks-request"].decode() == seen.digest
            seen.framed = True
            seen.parts[int(headers["ks-seq"])] = value
        elif "data" in fields:
            assert fields["request_sha256"] == seen.digest
            seen.parts[fields["sequence"]] = base64.b64decode(fields["data"])
        if len(seen.parts) == seen.start["total_chunks"]:
            self.script(self, seen)

    def send(self, seen: Seen, kind: str, topic: Optional[str] = None, digest: Optional[str] = "own", **fields: Any) -> None:
        message = {"job_id": seen.key.decode(), "message_type": kind, **fields}
        if digest is not None:
            message["request_sha256"] = seen.digest if digest == "own" else digest
        self.raw(seen.key, json.dumps(message).encode(), topic)

    def raw(self, key: bytes, value: Optional[bytes], topic: Optional[str] = None, headers: Any = None) -> None:
        self.producer.produce(topic or self.answers, value, key, zlib.crc32(key) % PARTITIONS, headers=headers)
        self.producer.poll(0)

    def answer(self, seen: Seen, body: bytes, status: int = 200, topic: Optional[str] = None, **more: Any) -> None:
        size = 600_000
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        self.send(
            seen, "START", topic, status_code=status, is_text=False, headers={"X-A": ["1", "2"]}, total_chunks=len(pieces),
            total_bytes=len(body), **{"crc32": zlib.crc32(body), **more},
        )
        for i, piece in enumerate(pieces):
            self.send(seen, "CHUNK", topic, sequence=i, is_text=False, data=base64.b64encode(piece).decode())

    def close(self) -> None:
        self._closed.set()
        self._thread.join()
        self._consumer.close()
        self.producer.flush(5)


@pytest.fixture
def kafka() -> Iterator[str]:
    owner = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "none", "log_level": 0})
    broker = next(iter(owner.list_topics(timeout=10).brokers.values()))
    for topic in ("api-requests", "api-responses", "replies"):
        owner.list_topics(topic, 10)
    yield f"{broker.host}:{broker.port}"


@pytest.fixture
def portal(kafka: str) -> Iterator[Callable[[Callable[[Portal, Seen], None]], Portal]]:
    portals: List[Portal] = []

    def begin(script: Callable[[Portal, Seen], None]) -> Portal:
        portals.append(Portal(kafka, script))
        return portals[-1]

    yield begin
    for each in portals:
        each.close()
