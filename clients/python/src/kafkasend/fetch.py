"""An answer that is fetched later: read from its topic, which keeps it for its retention."""

from __future__ import annotations

from typing import Optional, Set

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import OFFSET_BEGINNING, OFFSET_END

from .errors import KafkaSendError
from .job import Job, Listener
from .link import Link, Record, headers_of
from .messages import Start
from .request import Receipt
from .target import Sink

CLOCKS_SECONDS = 30


class FetchJob(Job):
    """Reads all partitions from the receipt's time on, by a consumer of its own."""

    def __init__(self, link: Link, receipt: Receipt, timeout: float, sink: Sink, listener: Optional[Listener]) -> None:
        super().__init__(receipt.job_id, timeout, sink, listener)
        self._link, self._receipt = link, receipt
        self._assembly.digest = receipt.request_sha256
        self._unread: Set[int] = set()

    def _call(self) -> Start:
        consumer = self._link.consumer({"enable.partition.eof": True})
        try:
            self._assign(consumer)
            while not self._assembly.whole:
                if not self._unread:
                    self._check()  # what had come is read: wait for more only as long as was asked for
                self._step(consumer)
        except KafkaException as e:
            raise KafkaSendError("KAFKA", f"the answer cannot be read: {e}", self.job_id) from e
        finally:
            consumer.close()
        assert self._assembly.start is not None
        return self._assembly.start

    def _assign(self, consumer: Consumer) -> None:
        topic = self._receipt.topic or self._link.answer_topic
        found = consumer.list_topics(topic, 10).topics[topic]
        if found.error is not None:
            raise KafkaSendError("NO_TOPIC", f"topic {topic}: {found.error.str()}", self.job_id)
        self._unread = set(found.partitions)
        since = int((self._receipt.since - CLOCKS_SECONDS) * 1000)
        if since <= 0:
            consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in found.partitions])
            return
        places = consumer.offsets_for_times([TopicPartition(topic, number, since) for number in found.partitions], 10)
        for place in places:
            if place.offset < 0:  # nothing is as new: its end, as a number
                ends = consumer.get_watermark_offsets(place, 10)
                place.offset = OFFSET_END if ends is None else ends[1]
        consumer.assign(places)

    def _step(self, consumer: Consumer) -> None:
        if self._link.ending:
            raise KafkaSendError("CLOSED", "the client was closed", self.job_id)
        record = consumer.poll(0.1)
        if record is None:
            return self._check() if self._cancelled.is_set() else None
        error, value = record.error(), record.value()
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF:
                self._unread.discard(record.partition() or 0)
            elif not error.retriable() and error.code() != KafkaError._TRANSPORT:
                raise KafkaSendError("KAFKA", f"the answer cannot be read: {error.str()}", self.job_id)
        elif record.key() == self.job_id.encode() and value is not None:
            self._take(Record(value, headers_of(record)))
        return None
