#!/usr/bin/env python3
"""A KafkaSend client in one file: an HTTP request over Kafka, in chunks, and its answer. PROTOCOL.md says why each line is there.

    pip install -r requirements.txt
    python3 client.py GET /api/v1/status
    python3 client.py POST /api/v1/upload report.pdf
    python3 client.py GET '/api/v1/documents/a?size=50000000' --output a.bin

The body of the answer goes to standard output or a file, byte for byte, once all of it has come and is checked; the rest goes to
standard error. Exit codes: 0 answered, 1 failed, 2 bad usage, 3 API's 4xx or 5xx (with --fail), 4 timed out, 130 Ctrl-C.
Topics are those of KAFKA_REQUEST_TOPIC and KAFKA_RESPONSE_TOPIC; -X security.protocol=SASL_SSL and the like go to librdkafka.
"""
import argparse, base64, hashlib, json, mimetypes, os, re, secrets, shutil, sys, tempfile, time, uuid, zlib
try:
    from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
except ImportError:
    sys.exit("client: the library confluent-kafka is missing: pip install -r requirements.txt")

CHUNK_BYTES = 665_598  # the largest multiple of 3 that every portal takes
HELD_BYTES = 64 << 20  # of CHUNKs that came before an earlier one
CONNECT_SECONDS, GRACE_SECONDS = 10, 5  # the portal is told a little less time than we wait: its ERROR says more than silence


class Failure(Exception):
    """Ends the program: the exit code and the line."""


class Answer:
    """Puts one answer together from records in any order, repeated or not; the body goes to the sink."""

    def __init__(self, job, digest, sink):
        self.job, self.digest, self.sink, self.proven = job, digest, sink, False
        self.begin()

    def begin(self):
        self.start = self.total = self.crc32 = None
        self.held, self.rest, self.next, self.size, self.crc, self.whole = {}, b"", 0, 0, 0, False
        self.sink.seek(0)
        self.sink.truncate()

    def take(self, record):
        if self.whole or record.key() != self.job.encode() or record.value() is None:
            return  # the topic has everybody's answers: the key is looked at before the value
        message = fields(record)
        digest = message.get("request_sha256")
        if message.get("job_id", self.job) != self.job or digest != self.digest and (digest or self.proven):
            return  # it answers another START under this id
        self.proven = self.proven or digest is not None  # from now on no record without a digest is ours
        kind = message["message_type"]
        if kind == "ERROR":
            raise Failure(1, f"{message['error_message']} ({message.get('error_code') or 'no code'})")
        if kind == "START":
            if self.start not in (None, message):
                self.begin()  # a portal died in its answer, and another begins it anew
            self.start = message
        elif kind == "CHUNK" and message["sequence"] >= self.next:
            self.held.setdefault(message["sequence"], message["data"])
        else:
            return  # redelivered, or of a type that is not known yet
        # Whichever message carries them: a streamed answer has them on its last CHUNK only.
        self.total = self.total if message.get("total_chunks") is None else message["total_chunks"]
        self.crc32 = self.crc32 if message.get("crc32") is None else message["crc32"]
        while self.start and self.next in self.held:
            self.write(self.held.pop(self.next))
        if sum(map(len, self.held.values())) > HELD_BYTES:
            raise Failure(1, f"CHUNK {self.next} of the answer is missing")
        if self.start and self.total is not None and self.next >= self.total:
            self.check()

    def write(self, data):
        if isinstance(data, str) and self.start["is_text"]:  # START's: old portals say otherwise on their CHUNKs
            data = data.encode()
        elif isinstance(data, str):  # all CHUNKs joined are one base64 text, which may be cut anywhere
            text = self.rest + data.encode()
            cut = len(text) // 4 * 4
            data, self.rest = base64.b64decode(text[:cut], validate=True), text[cut:]
        self.sink.write(data)
        self.next, self.size, self.crc = self.next + 1, self.size + len(data), zlib.crc32(data, self.crc)

    def check(self):
        length, chunks, is_text = (self.start.get(name) for name in ("total_bytes", "total_chunks", "is_text"))
        if self.held or self.rest or self.next > self.total or length not in (None, self.size):
            raise Failure(1, f"the answer has {self.size} bytes, and was announced otherwise")
        if self.crc32 not in (None, self.crc):
            if not is_text or length is not None or chunks is None:
                raise Failure(1, f"the answer's CRC-32 is {self.crc}, and the portal sent {self.crc32}")
            print("client: warning: text that differs from its CRC-32, as old portals send it", file=sys.stderr)
        self.whole = True


def fields(record):
    """The message as a dictionary. A binary frame has its fields in record headers, and the body's bytes as value."""
    headers = {name: value.decode() for name, value in record.headers() or [] if value is not None}
    if "ks-type" not in headers:
        return json.loads(record.value())
    texts = {"message_type": headers["ks-type"], "request_sha256": headers.get("ks-request"), "data": record.value()}
    numbers = {"sequence": "ks-seq", "total_chunks": "ks-total", "crc32": "ks-crc32"}
    return texts | {name: int(headers[header]) for name, header in numbers.items() if header in headers}


def pieces(path):
    with open(path or os.devnull, "rb") as file:
        yield from iter(lambda: file.read(CHUNK_BYTES), b"")


def call(options, sink):
    """Sends the request, and puts the answer's body into the sink; the API's status and the body's length."""
    job, told = str(uuid.uuid4()), [""]
    start = {"job_id": job, "message_type": "START", "sequence": 0, "total_chunks": 0, "method": options.method,
             "endpoint": options.endpoint, "headers": dict(options.header), "crc32": 0, "total_bytes": 0,
             "timeout_seconds": options.timeout, "expires_at": int(time.time()) + options.timeout, "accept": ["binary"],
             # Who reads the id in an answer cannot add a CHUNK to the job. The secret itself would be for a CANCEL.
             "secret_sha256": hashlib.sha256(secrets.token_bytes(24)).hexdigest()}
    if options.file:
        start["content_type"] = options.type or mimetypes.guess_type(options.file)[0] or "application/octet-stream"
        start |= {} if options.raw else {"filename": os.path.basename(options.file)}
    for piece in pieces(options.file):  # read for its length and CRC-32 now, and again when it is sent
        start["total_chunks"] += 1
        start["total_bytes"] += len(piece)
        start["crc32"] = zlib.crc32(piece, start["crc32"])
    value = json.dumps(start, ensure_ascii=False).encode()
    answer = Answer(job, hashlib.sha256(value).hexdigest(), sink)

    kafka = {"bootstrap.servers": options.bootstrap_servers, "log_level": 0, "error_cb": lambda e: told.append(f" ({e.str()})")}
    # Partitions are assigned: no group is joined. What retention took before it was read is an error, and not passed over.
    consumer = Consumer(kafka | {"group.id": job, "enable.auto.commit": False, "auto.offset.reset": "error"} | dict(options.X))
    topics = os.environ.get("KAFKA_REQUEST_TOPIC", "api-requests"), os.environ.get("KAFKA_RESPONSE_TOPIC", "api-responses")
    try:
        for topic in topics:
            found = consumer.list_topics(topic, CONNECT_SECONDS).topics[topic]
            if found.error:
                raise Failure(1, f"topic {topic}: {found.error.str()}")
        # Numbers, before anything is sent: OFFSET_END would be looked up later, when the answer may be there already.
        ends = [TopicPartition(topic, number) for number in found.partitions]
        for end in ends:
            end.offset = consumer.get_watermark_offsets(end, CONNECT_SECONDS)[1]
        consumer.assign(ends)
    except KafkaException as e:
        consumer.poll(0)  # for what it has to tell
        raise Failure(1, f"no answer from Kafka at {options.bootstrap_servers}: {e.args[0].str()}{told[-1]}") from e
    seconds, partitions = options.timeout + GRACE_SECONDS, []
    deadline = time.monotonic() + seconds
    producer = Producer(kafka | {"acks": "all", "enable.idempotence": True, "message.max.bytes": 1_048_576, "linger.ms": 0,
                                 "delivery.timeout.ms": seconds * 1000} | dict(options.X))

    def delivered(error, record):
        if error:
            raise Failure(1, f"Kafka did not take the request: {error.str()}{told[-1]}")
        partitions.append(record.partition())

    def listen(wait):
        if time.monotonic() > deadline:
            raise Failure(4, f"no answer within {options.timeout} seconds{told[-1]}")
        producer.poll(0)
        record = consumer.poll(wait)
        if record is not None and record.error():
            raise Failure(1, f"the answer cannot be read: {record.error().str()}")
        try:
            if record is not None:
                answer.take(record)
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            raise Failure(1, f"the portal sent what is no message of the protocol: {e!r}") from e

    # START goes alone (PROTOCOL.md, "Producers"). CHUNKs go where it went, even if partitions are added meanwhile.
    producer.produce(topics[0], value, job, on_delivery=delivered)
    while not partitions:
        listen(0.01)
    sent = 0
    for sequence, piece in enumerate(pieces(options.file)):
        chunk = {"job_id": job, "message_type": "CHUNK", "sequence": sequence, "total_chunks": start["total_chunks"],
                 "request_sha256": answer.digest, "data": base64.b64encode(piece).decode()}
        producer.produce(topics[0], json.dumps(chunk), job, partitions[0], on_delivery=delivered)
        sent += len(piece)
        listen(0)  # an ERROR ends the upload
        while len(producer) > 16:
            listen(0.01)
    if sent != start["total_bytes"]:
        raise Failure(1, f"{options.file} changed while it was sent")
    while not answer.whole:
        listen(0.1)
    return answer.start["status_code"], answer.size


def arguments():
    def usage(line):
        raise Failure(2, line)

    def pair(text):
        name, value = re.split("[:=]", text, maxsplit=1)
        return name.strip(), value.strip()

    parser = argparse.ArgumentParser(prog="client", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("method", choices=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
    parser.add_argument("endpoint", help="path and query")
    parser.add_argument("file", nargs="?", help="the body, of any size")
    parser.add_argument("--raw", action="store_true", help="the body as it is, and not as the file of a form")
    parser.add_argument("--type", help="its media type; guessed from its name")
    parser.add_argument("-H", "--header", action="append", default=[], type=pair, metavar="NAME:VALUE")
    parser.add_argument("-o", "--output", metavar="FILE")
    parser.add_argument("--timeout", type=int, default=300, metavar="SECONDS")
    parser.add_argument("--fail", action="store_true", help="exit with 3 when the API answers 4xx or 5xx")
    parser.add_argument("--bootstrap-servers", default=os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"))
    parser.add_argument("-X", action="append", default=[], type=pair, metavar="NAME=VALUE")
    parser.error = usage
    options = parser.parse_args()
    if options.timeout < 1:
        usage("--timeout takes seconds, 1 and more")
    if options.file and not os.path.isfile(options.file):
        usage(f"{options.file} is no file")
    return options


def main():
    try:
        options = arguments()
        if options.output:
            open(options.output, "ab").close()  # whether it can be written is known before the call
        with tempfile.TemporaryFile() as sink:
            status, size = call(options, sink)
            sink.seek(0)
            with open(options.output, "wb") if options.output else sys.stdout.buffer as target:
                shutil.copyfileobj(sink, target)
        print(f"{status}, {size} bytes", file=sys.stderr)
        return 3 if options.fail and status >= 400 else 0
    except Failure as e:
        code, line = e.args
    except (KafkaException, ValueError) as e:  # a setting or an argument
        code, line = 2, str(e)
    except OSError as e:
        code, line = 1, str(e)
    except KeyboardInterrupt:
        code, line = 130, "interrupted"
    print("client:", "".join(c if c.isprintable() else " " for c in line), file=sys.stderr)  # nothing that a terminal heeds
    return code


if __name__ == "__main__":
    sys.exit(main())
