"""The connection to Kafka: one producer and one consumer, each with a thread, for all jobs of a client."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Callable, Deque, Dict, List, Mapping, Optional, Set, Tuple, Union

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from .errors import KafkaSendError
from .messages import Headers

RECORD_BYTES = 1_048_576
WAITING_BYTES = 32 << 20
LOOK_SECONDS = 30.0
POLL_SECONDS = 0.1
CLOSE_SECONDS = 2.0

_LOG = logging.getLogger("kafkasend")


@dataclass(frozen=True)
class Record:
    """A record under the job's key."""

    value: bytes
    headers: Headers
    partition: int = 0


@dataclass(frozen=True)
class Taken:
    """The broker has a record of the request."""

    size: int


@dataclass(frozen=True)
class End:
    """The job ends by this."""

    cause: KafkaSendError


Event = Union[Record, Taken, End]


class Inbox:
    """What a job has to look at, in order; what comes of its answer waits for room. Thread-safe."""

    def __init__(self) -> None:
        self._events: Deque[Event] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, event: Event) -> None:
        """Waits for room where it is a record."""
        size = len(event.value) if isinstance(event, Record) else 0
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not size or self._bytes < WAITING_BYTES)
            self._events.append(event)
            self._bytes += size
            self._changed.notify_all()

    def take(self, seconds: float) -> Optional[Event]:
        """The next event; None where none came in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._events), max(seconds, 0)):
                return None
            event = self._events.popleft()
            self._bytes -= len(event.value) if isinstance(event, Record) else 0
            self._changed.notify_all()
            return event

    def close(self) -> None:
        """Nobody takes from it any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class Link:
    """Thread-safe. Connects when it is made.

    :raises KafkaSendError: NO_BROKER, NO_TOPIC, KAFKA, or SETTINGS
    """

    def __init__(self, servers: str, request_topic: str, answer_topic: str, properties: Mapping[str, Any], wait: float) -> None:
        self.request_topic, self.answer_topic, self._wait = request_topic, answer_topic, wait
        self._servers, self._told = servers, ""
        self._inboxes: Dict[bytes, Inbox] = {}
        self._known: Set[int] = set()
        self._first = threading.Lock()
        self._closed = threading.Event()
        self._ending = False
        self._left = threading.Condition()
        self._settings = {"bootstrap.servers": servers, "log_level": 0, "error_cb": self._hear, **properties}
        try:
            self._producer = Producer({
                **self._settings,
                "acks": "all",
                "enable.idempotence": True,
                "message.max.bytes": RECORD_BYTES,
                "linger.ms": 0,
            })
            self._consumer = self.consumer({})
        except (KafkaException, ValueError, TypeError) as e:
            raise KafkaSendError("SETTINGS", f"Kafka's library refuses a setting: {_text(e)}") from e
        try:
            self.partitions = len(self._find(request_topic))
            self._assigned = self._find(answer_topic)
            # Numbers, before anything is sent: "end" would be looked up later, when an answer may be there already.
            self._consumer.assign([TopicPartition(answer_topic, p, self._end(p)) for p in self._assigned])
        except (KafkaException, KafkaSendError) as e:
            self._consumer.close()
            if isinstance(e, KafkaSendError):
                raise
            raise KafkaSendError("NO_BROKER", f"no answer from Kafka at {servers}: {_text(e)}{self._told}") from e
        self._looked = time.monotonic()
        self._threads = [
            threading.Thread(target=self._serve, name="kafkasend-sender", daemon=True),
            threading.Thread(target=self._receive, name="kafkasend-receiver", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _hear(self, error: KafkaError) -> None:
        self._told = f" ({error.str()})"

    def consumer(self, more: Mapping[str, Any]) -> Consumer:
        """One that is to be assigned to partitions: no group is joined."""
        return Consumer({
            "group.id": "kafkasend-client",
            **self._settings,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.message.max.bytes": 8 << 20,
            "queued.max.messages.kbytes": 16 << 10,
            "fetch.queue.backoff.ms": 10,
            **more,
        })

    def _find(self, topic: str) -> List[int]:
        found = self._consumer.list_topics(topic, self._wait).topics[topic]
        if found.error is not None:
            raise KafkaSendError("NO_TOPIC", f"topic {topic}: {found.error.str()}")
        return sorted(found.partitions)

    def _end(self, partition: int) -> int:
        ends = self._consumer.get_watermark_offsets(TopicPartition(self.answer_topic, partition), self._wait)
        assert ends is not None  # it raises where there is no answer in time
        return ends[1]

    def join(self, job_id: str) -> Inbox:
        """Listens for the job's answer from now on."""
        inbox = Inbox()
        self._inboxes[job_id.encode()] = inbox
        if self._ending:
            inbox.put(End(KafkaSendError("CLOSED", "the client was closed", job_id)))
        return inbox

    def leave(self, job_id: str) -> None:
        """Listens no longer."""
        inbox = self._inboxes.pop(job_id.encode(), None)
        if inbox is not None:
            inbox.close()
        with self._left:
            self._left.notify_all()

    @property
    def ending(self) -> bool:
        """Whether it is being closed, or is."""
        return self._ending

    def first(self, job_id: str, partition: int, value: bytes, inbox: Inbox) -> None:
        """Writes a START. A producer's very first record on a partition goes alone (KAFKA-15591)."""
        if partition in self._known:
            return self.write(job_id, partition, value, {}, inbox)
        with self._first:
            if partition not in self._known:
                acknowledged = threading.Event()
                self.write(job_id, partition, value, {}, inbox, acknowledged.set)
                end = time.monotonic() + self._wait
                while not acknowledged.wait(POLL_SECONDS) and not self._ending and time.monotonic() < end:
                    pass
                self._known.add(partition)
                return None
        return self.write(job_id, partition, value, {}, inbox)

    def write(
        self,
        job_id: str,
        partition: int,
        value: bytes,
        headers: Mapping[str, str],
        inbox: Optional[Inbox],
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Writes a record of a request; the inbox hears when the broker has it."""

        def delivered(error: Optional[KafkaError], record: Message) -> None:
            if inbox is not None and error is not None:
                line = f"Kafka did not take the request: {error.str()}{self._told}"
                inbox.put(End(KafkaSendError("KAFKA", line, job_id)))
            elif inbox is not None:
                inbox.put(Taken(len(value)))
            then()

        pairs: List[Tuple[str, Union[str, bytes, None]]] = list(headers.items())
        try:
            self._producer.produce(self.request_topic, value, job_id, partition, on_delivery=delivered, headers=pairs)
        except (KafkaException, BufferError) as e:
            raise KafkaSendError("KAFKA", f"Kafka does not take the request: {_text(e)}", job_id) from e

    def _serve(self) -> None:
        while not self._closed.is_set():
            self._producer.poll(POLL_SECONDS)

    def _receive(self) -> None:
        while not self._closed.is_set():
            try:
                self._look()
                record = self._consumer.poll(POLL_SECONDS)
                if record is not None:
                    self._pass_on(record)
            except KafkaException as e:
                _LOG.warning("The answer topic cannot be read now: %s", _text(e))

    def _pass_on(self, record: Message) -> None:
        error, key, value = record.error(), record.key(), record.value()
        if error is not None:
            if not error.retriable() and error.code() != KafkaError._TRANSPORT:
                line = f"the answers cannot be read: {error.str()}"
                for job_id, inbox in list(self._inboxes.items()):
                    inbox.put(End(KafkaSendError("KAFKA", line, job_id.decode())))
            return
        inbox_of_key = self._inboxes.get(key) if key is not None else None  # the key first: the topic has everybody's
        if inbox_of_key is not None and value is not None:
            inbox_of_key.put(Record(value, headers_of(record)))

    def _look(self) -> None:
        """Partitions that were added had nothing when this client began: all of them is new."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        new = sorted(set(self._find(self.answer_topic)) - set(self._assigned))
        if new:
            self._consumer.incremental_assign([TopicPartition(self.answer_topic, p, 0) for p in new])
            self._assigned += new

    def close(self) -> None:
        """Ends all jobs, and lets them tell their portals. May be called again."""
        if self._ending:
            return
        self._ending = True
        for job_id, inbox in list(self._inboxes.items()):
            inbox.close()
            inbox.put(End(KafkaSendError("CLOSED", "the client was closed", job_id.decode())))
        with self._left:
            self._left.wait_for(lambda: not self._inboxes, CLOSE_SECONDS)
        self._producer.flush(CLOSE_SECONDS)
        self._closed.set()
        for thread in self._threads:
            thread.join()
        self._producer.purge()
        self._consumer.close()


def headers_of(record: Message) -> Headers:
    """The record's headers."""
    pairs = record.headers() or []
    if isinstance(pairs, dict):
        pairs = list(pairs.items())
    return [(name, value.encode() if isinstance(value, str) else value) for name, value in pairs]


def _text(e: Exception) -> str:
    first = e.args[0] if e.args else e
    return first.str() if isinstance(first, KafkaError) else str(first)
