"""The common suite: against a real broker and a real portal, which PythonClientIT starts and names."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import threading
from pathlib import Path
from typing import Any, Iterator, List

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from conftest import VECTORS, Portal
from kafkasend import AsyncClient, CancelledError, Client, JobFailedError, KafkaSendError, Progress, Receipt, Request, SigningKey

SERVERS = os.environ.get("KAFKASEND_TEST_BOOTSTRAP", "")
LARGE = 50_000_000

pytestmark = pytest.mark.skipif(not SERVERS, reason="KAFKASEND_TEST_BOOTSTRAP names no broker with a portal")


@pytest.fixture(params=["JSON", "frames"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    frames: Any = {"reply_topic": "replies", "binary_frames": True}
    with Client(SERVERS, **(frames if request.param == "frames" else {})) as made:
        yield made


@pytest.fixture
def telling() -> Iterator[Client]:
    """One that hears STATUS, on a topic of its own."""
    with Client(SERVERS, reply_topic="replies") as made:
        yield made


def large() -> Iterator[bytes]:
    source = random.Random(1)
    for _ in range(50):
        yield source.randbytes(LARGE // 50)


def test_50_mb_go_up(client: Client) -> None:
    digest, told = hashlib.sha256(), []  # type: Any, List[Progress]
    for piece in large():
        digest.update(piece)
    answer = client.send(Request("POST", "/api/v1/upload", large(), content_type="a/b", sha256=True), progress=told.append)
    assert (answer.status, answer.json()["size"], answer.json()["sha256"]) == (200, LARGE, digest.hexdigest())
    assert told[-1].sent == told[-1].total == LARGE


def test_50_mb_come_down(client: Client, tmp_path: Path) -> None:
    answer = client.send(Request("GET", f"/api/v1/documents/a?size={LARGE}"), tmp_path / "a")
    assert (answer.status, answer.size) == (200, LARGE)
    digest = hashlib.sha256((tmp_path / "a").read_bytes()).hexdigest()
    assert digest == os.environ["KAFKASEND_TEST_SHA256"]


def test_compressed_chunks_and_a_form(client: Client) -> None:
    for encoding in ("gzip", "zstd"):
        answer = client.send(
            Request(
                "POST", "/api/v1/upload", b"hello " * 300_000, content_type="text/plain", filename="ü.txt",
                content_encoding=encoding, form_field="file",
            )
        )
        assert answer.status == 200 and answer.json()["size"] == 1_800_000


def test_statuses_of_the_api_are_answers(client: Client) -> None:
    assert client.send(Request("GET", "/api/v1/status/503")).status == 503
    empty = client.send(Request("GET", "/api/v1/documents/a?size=0"))
    assert (empty.status, empty.body) == (200, b"")


def test_an_endpoint_that_is_not_allowed_is_refused(client: Client) -> None:
    with pytest.raises(JobFailedError) as caught:
        client.send(Request("POST", "/api/v1/admin", b"a" * 3_000_000))
    assert caught.value.code == "ENDPOINT_NOT_ALLOWED" and not caught.value.retryable


def test_cancel_reaches_the_portal(telling: Client) -> None:
    kept: List[Receipt] = []
    calling = threading.Event()
    job = telling.submit(
        Request("GET", "/api/v1/slow?seconds=60", on_receipt=kept.append),
        progress=lambda p: calling.set() if p.status and p.status.stage == "calling" else None,
    )
    assert calling.wait(30)
    job.cancel()
    with pytest.raises(CancelledError):
        job.result(10)
    with pytest.raises(JobFailedError) as told:  # the portal's own word, which the client no longer waited for
        telling.fetch(kept[0], 30)
    assert told.value.code == "CANCELLED"


@pytest.mark.parametrize("name", ["ed", "es"])
def test_signatures_of_both_kinds_are_taken(name: str) -> None:
    with Client(SERVERS, signing_key=SigningKey.read(name, VECTORS / "signing-keys" / f"{name}.pem")) as client:
        assert client.send(Request("POST", "/api/v1/upload", b"abc", content_type="a/b")).json()["size"] == 3


def test_a_signature_by_another_key_is_refused() -> None:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with Client(SERVERS, signing_key=SigningKey("ed", pem)) as client, pytest.raises(JobFailedError) as caught:
        client.send(Request("GET", "/api/v1/status"))
    assert caught.value.code == "SIGNATURE_INVALID"


def test_an_answer_is_fetched_by_another_client_later(client: Client) -> None:
    kept: List[Receipt] = []
    wanted = client.send(Request("GET", "/api/v1/documents/b?size=3000000", on_receipt=kept.append)).body
    with Client(SERVERS) as other:
        assert other.fetch(kept[0], 10).body == wanted
        assert other.fetch(Receipt.from_json(kept[0].to_json()), 10).body == wanted
        if kept[0].topic == "api-responses":
            assert other.fetch(kept[0].job_id, 10).body == wanted


def test_clients_on_one_topic_get_their_own_answers() -> None:
    with Client(SERVERS) as one, Client(SERVERS) as two:
        jobs = [c.submit(Request("GET", f"/api/v1/documents/{n}?size=1000000")) for n in range(4) for c in (one, two)]
        bodies = [job.result(60).body for job in jobs]
    assert bodies[0::2] == bodies[1::2] and len(set(bodies)) == 4


def test_an_answer_with_a_wrong_checksum_is_refused() -> None:
    portal = Portal(SERVERS, lambda p, s: p.answer(s, b"abc", crc32=1), "odd-requests", "odd-responses")
    try:
        with Client(SERVERS, request_topic="odd-requests", answer_topic="odd-responses") as client:
            with pytest.raises(KafkaSendError) as caught:
                client.send(Request("GET", "/"))
            assert caught.value.code == "CORRUPT"
    finally:
        portal.close()


def test_a_topic_that_is_not_there_is_told() -> None:
    with pytest.raises(KafkaSendError) as caught:
        Client(SERVERS, answer_topic="no-such-topic")
    assert caught.value.code == "NO_TOPIC"


def test_asyncio_goes_the_same_way() -> None:
    async def work() -> None:
        async with AsyncClient(SERVERS) as client:
            answers = await asyncio.gather(*(client.send(Request("GET", "/api/v1/status")) for _ in range(5)))
            assert [answer.json() for answer in answers] == [{"status": "ok"}] * 5

    asyncio.run(work())
