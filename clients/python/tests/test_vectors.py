"""The vectors that every implementation reads."""

from __future__ import annotations

import ast
import base64
import json
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

import kafkasend
from conftest import VECTORS, vectors
from kafkasend.assembly import Assembly
from kafkasend.errors import JobFailedError, KafkaSendError
from kafkasend.messages import Chunk, Failure, Headers, MessageError, Start, Status, fields_of, message_of
from kafkasend.signing import SigningKey, compact
from kafkasend.target import sink_for

Records = List[Tuple[bytes, Headers]]


def records(line: Dict[str, Any]) -> Records:
    if "records" in line:
        return [(value(each), [(n, None if v is None else v.encode()) for n, v in each["headers"]]) for each in line["records"]]
    return [(text.encode(), []) for text in line["values"]] if "values" in line else [(value(line), [])]


def value(line: Dict[str, Any]) -> bytes:
    return base64.b64decode(line["value_base64"]) if "value_base64" in line else bytes(line["value"], "utf-8")


RESPONSES = [
    line
    for name in ("responses-valid.jsonl", "old-portal.jsonl", "frames.jsonl")
    for line in vectors(name)
    if line.get("direction", "response") == "response"
]


@pytest.mark.parametrize("line", [e for e in RESPONSES if "type" in e["expect"]], ids=lambda line: line["name"])
def test_a_message_is_read_as_the_vectors_say(line: Dict[str, Any]) -> None:
    (raw, headers), expect = records(line)[0], line["expect"]
    fields = fields_of(raw, headers)
    message = message_of(fields)
    if expect["type"] == "STATUS" and expect.get("stage") not in ("accepted", "waiting", "calling", "answering"):
        assert message is None
        return
    assert isinstance(message, (Start, Chunk, Failure, Status))
    assert fields.get("request_sha256") == expect.get("request_sha256")
    for name, wanted in expect.items():
        if name == "headers":
            wanted = {n: v if isinstance(v, list) else [v] for n, v in wanted.items()}
        if name == "data_base64":
            assert isinstance(message, Chunk) and message.data == base64.b64decode(wanted)
        elif name == "dropped_headers":
            assert isinstance(message, Start) and list(message.dropped_headers) == wanted
        elif name not in ("type", "job_id", "frame", "request_sha256"):
            assert getattr(message, name) == wanted, name


@pytest.mark.parametrize("line", [e for e in RESPONSES if "messages" in e["expect"]], ids=lambda line: line["name"])
def test_an_answer_is_put_together_as_the_vectors_say(line: Dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    expect, sink = line["expect"], sink_for(None, 1 << 20)
    first = json.loads(records(line)[0][0])
    assembly = Assembly(first["job_id"], first.get("request_sha256"), sink)
    if "error_message" in expect:
        with pytest.raises(JobFailedError, match=expect["error_message"][:10]):
            for raw, headers in records(line):
                assembly.take(raw, headers)
        return
    for raw, headers in records(line):
        assembly.take(raw, headers)
    assert assembly.whole
    assert sink.complete() == base64.b64decode(expect["body_base64"])
    assert assembly.crc32 == expect.get("crc32")
    assert (assembly.crc != assembly.crc32) == expect.get("crc32_differs", assembly.crc32 is None)
    assert bool(caplog.records) == expect.get("crc32_differs", False)


@pytest.mark.parametrize(
    "line",
    [e for e in vectors("requests-invalid.jsonl") if e["expect"].get("error_code") == "INVALID_JSON"],
    ids=lambda line: line["name"],
)
def test_what_is_no_strict_json_is_refused(line: Dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        fields_of(value(line), [])


def test_signatures_are_those_of_the_vectors() -> None:
    # Ed25519 has one signature for each payload: ours is that of the other implementation, byte for byte.
    key = SigningKey.read("ed", VECTORS / "signing-keys" / "ed.pem")
    equal = 0
    for line in vectors("signatures.jsonl"):
        if line["expect"].get("client") != "ed":
            continue
        header, payload, signature = json.loads(line["value"])["signature"].split(".")
        raw = base64.urlsafe_b64decode(payload + "==")
        if compact(json.loads(raw)) == raw and header == key.sign({}).split(".")[0]:
            assert key.sign(json.loads(raw)) == f"{header}.{payload}.{signature}"
            equal += 1
    assert equal >= 10


def test_both_kinds_of_keys_sign_what_their_public_keys_verify() -> None:
    for name in ("ed", "es"):
        signed = SigningKey.read(name, VECTORS / "signing-keys" / f"{name}.pem").sign({"job_id": "ü"})
        data, _, signature = signed.rpartition(".")
        raw = base64.urlsafe_b64decode(signature + "==")
        public = serialization.load_pem_public_key((VECTORS / "client-keys" / f"{name}.pem").read_bytes())
        if isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(raw, data.encode())
        else:
            assert isinstance(public, ec.EllipticCurvePublicKey)
            der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
            public.verify(der, data.encode(), ec.ECDSA(hashes.SHA256()))


def test_keys_that_cannot_sign_are_refused(tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for name, pem in (("a b", b""), ("a", b"no key"), ("a", other)):
        with pytest.raises(KafkaSendError) as caught:
            SigningKey(name, pem)
        assert caught.value.code == "SETTINGS"
    with pytest.raises(KafkaSendError):
        SigningKey.read("a", tmp_path / "none")


def test_the_sources_are_of_the_oldest_python_that_is_promised() -> None:
    for source in Path(kafkasend.__file__).parent.glob("*.py"):
        ast.parse(source.read_text(), feature_version=(3, 9))
