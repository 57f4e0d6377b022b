"""clients/suite.json, against a real broker and a real portal, which PythonClientIT starts and names."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import threading
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from conftest import VECTORS, Portal, Seen
from kafkasend import Answer, AsyncClient, Client, JobFailedError, KafkaSendError, Progress, Receipt, Request, SigningKey

SERVERS = os.environ.get("KAFKASEND_TEST_BOOTSTRAP", "")
SUITE: List[Dict[str, Any]] = json.loads((Path(__file__).parents[2] / "suite.json").read_text())

pytestmark = pytest.mark.skipif(not SERVERS, reason="KAFKASEND_TEST_BOOTSTRAP names no broker with a portal")


def cases(way: str) -> List[Any]:
    """Each case of this way with each of its clients."""
    found = []
    for case in SUITE:
        if case.get("do", "send") == way:
            for settings in case.get("clients", [{}]):
                found.append(pytest.param(case, settings, id=f"{case['name']} {json.dumps(settings)}"))
    return found


@pytest.mark.parametrize("case, settings", cases("send"))
def test_send(case: Dict[str, Any], settings: Dict[str, Any], tmp_path: Path) -> None:
    expect, odd = case["expect"], "answers" in case
    body = body_of(case)
    told: List[Progress] = []
    portal = Portal(SERVERS, answering(case["answers"]), "odd-requests", "odd-responses") if odd else None
    try:

        def work() -> Answer:
            with client_of(settings, odd) as client:
                return client.send(request_of(case, body), tmp_path / "a" if "target" in case else None, told.append)

        answer = outcome(expect, work)
    finally:
        if portal is not None:
            portal.close()
    if answer is None:
        return
    if "body_echoed_as" in expect and body is not None:
        assert answer.json()[expect["body_echoed_as"]] == hashlib.sha256(body).hexdigest()
    if "target" in case:
        assert hashlib.sha256((tmp_path / "a").read_bytes()).hexdigest() == os.environ[expect["sha256"]]
    if "sent" in expect:
        assert told[-1].sent == told[-1].total == expect["sent"]


@pytest.mark.parametrize("case, settings", cases("cancel"))
def test_cancel(case: Dict[str, Any], settings: Dict[str, Any]) -> None:
    kept: List[Receipt] = []
    reached = threading.Event()

    def progress(how: Progress) -> None:
        if how.status and how.status.stage == case["when"]:
            reached.set()

    with client_of(settings) as client:
        job = client.submit(request_of(case, None, on_receipt=kept.append), progress=progress)
        assert reached.wait(30)
        job.cancel()
        outcome(case["expect"], lambda: job.result(10))
        outcome(case["then_fetched"], lambda: client.fetch(kept[0], 30))  # the portal's own word


@pytest.mark.parametrize("case, settings", cases("fetch"))
def test_fetch(case: Dict[str, Any], settings: Dict[str, Any]) -> None:
    kept: List[Receipt] = []
    with client_of(settings) as client:
        first = outcome(case["expect"], lambda: client.send(request_of(case, None, on_receipt=kept.append)))
    named: List[Any] = [kept[0], Receipt.from_json(kept[0].to_json())]
    with Client(SERVERS) as other:
        for receipt in named + ([] if "reply_topic" in settings else [kept[0].job_id]):
            assert first is not None and other.fetch(receipt, 10).body == first.body


@pytest.mark.parametrize("case", [case for case in SUITE if case.get("do") == "together"], ids=lambda case: case["name"])
def test_together(case: Dict[str, Any]) -> None:
    clients = [client_of(settings) for settings in case["clients"]]
    try:
        request = case["request"]
        jobs = [
            client.submit(Request(request["method"], request["endpoint"].replace("{n}", str(n))))
            for n in range(case["requests"])
            for client in clients
        ]
        answers = [outcome(case["expect"], lambda job=job: job.result(60)) for job in jobs]  # type: ignore[misc]
        bodies = [answer.body for answer in answers if answer is not None]
        assert bodies[0::2] == bodies[1::2] and len(set(bodies)) == case["requests"]
    finally:
        for client in clients:
            client.close()


def test_asyncio_goes_the_same_way() -> None:
    async def work() -> None:
        async with AsyncClient(SERVERS) as client:
            answers = await asyncio.gather(*(client.send(Request("GET", "/api/v1/status")) for _ in range(5)))
            assert [answer.json() for answer in answers] == [{"status": "ok"}] * 5

    asyncio.run(work())


def outcome(expect: Dict[str, Any], work: Callable[[], Answer]) -> Optional[Answer]:
    if "error" in expect:
        with pytest.raises(KafkaSendError) as caught:
            work()
        assert (caught.value.code, isinstance(caught.value, JobFailedError)) == (expect["error"], expect["of"] == "portal")
        if isinstance(caught.value, JobFailedError):
            assert caught.value.retryable == expect["retryable"]
        return None
    answer = work()
    assert (answer.status, answer.size) == (expect["status"], expect.get("size", answer.size))
    if "text" in expect:
        assert answer.text == expect["text"]
    for name, value in expect.get("json", {}).items():
        assert answer.json()[name] == value
    return answer


def body_of(case: Dict[str, Any]) -> Optional[bytes]:
    if "body_bytes" in case:
        return random.Random(1).randbytes(case["body_bytes"])
    text = case.get("body_text")
    return None if text is None else text["text"].encode() * text["times"]


def request_of(case: Dict[str, Any], body: Optional[bytes], **more: Any) -> Request:
    return Request(body=None if body is None else pieces(body), **case["request"], **more)


def pieces(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 1_000_000):
        yield body[at : at + 1_000_000]


def client_of(settings: Dict[str, Any], odd: bool = False) -> Client:
    named = dict(settings)
    name, stranger = named.pop("signing_key", None), named.pop("key_of", None)
    if name is not None:
        named["signing_key"] = SigningKey(name, pem_of(name, stranger))
    if odd:
        named.update(request_topic="odd-requests", answer_topic="odd-responses")
    return Client(SERVERS, **named)


def pem_of(name: str, stranger: Optional[str]) -> bytes:
    if stranger is None:
        return (VECTORS / "signing-keys" / f"{name}.pem").read_bytes()
    key = ed25519.Ed25519PrivateKey.generate()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def answering(messages: List[Dict[str, Any]]) -> Callable[[Portal, Seen], None]:
    digests = {"own": "own", "other": "a" * 64, "none": None}

    def answer(portal: Portal, seen: Seen) -> None:
        for message in messages:
            fields = {name: value for name, value in message.items() if name not in ("message_type", "request_sha256")}
            portal.send(seen, message["message_type"], digest=digests[message.get("request_sha256", "own")], **fields)

    return answer
