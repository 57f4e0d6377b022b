"""Signatures: a JWS in compact form, by EdDSA or ES256. PROTOCOL.md, "Signatures"."""

from __future__ import annotations

import base64
import json
import os
import re
from typing import Any, Dict, Union

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .errors import KafkaSendError

CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class SigningKey:
    """A client's private key, and the name under which portals know it. Immutable.

    :param pem: an Ed25519 key, or one on P-256, in PKCS#8
    """

    def __init__(self, client_id: str, pem: bytes) -> None:
        if not CLIENT_ID.fullmatch(client_id):
            raise KafkaSendError("SETTINGS", f"{client_id} is no name of a client")
        try:
            key = serialization.load_pem_private_key(pem, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as e:
            raise KafkaSendError("SETTINGS", f"the key of {client_id} is no private key in PEM without a password") from e
        p256 = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
        if not p256 and not isinstance(key, ed25519.Ed25519PrivateKey):
            raise KafkaSendError("SETTINGS", f"the key of {client_id} is neither Ed25519 nor on P-256")
        self.client_id = client_id
        self._key: Union[ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey] = key  # type: ignore[assignment]

    @classmethod
    def read(cls, client_id: str, path: Union[str, "os.PathLike[str]"]) -> SigningKey:
        """The key in a file."""
        try:
            with open(path, "rb") as file:
                return cls(client_id, file.read())
        except OSError as e:
            raise KafkaSendError("SETTINGS", f"the key of {client_id} cannot be read: {e}") from e

    def sign(self, payload: Dict[str, Any]) -> str:
        """The signature of these fields, which it holds itself."""
        edwards = isinstance(self._key, ed25519.Ed25519PrivateKey)
        header = {"alg": "EdDSA" if edwards else "ES256", "kid": self.client_id, "typ": "kafkasend+jws"}
        signed = f"{_base64url(compact(header))}.{_base64url(compact(payload))}"
        return f"{signed}.{_base64url(self._signature(signed.encode()))}"

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(data)
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def compact(fields: Dict[str, Any]) -> bytes:
    """JSON without spaces, in UTF-8."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
