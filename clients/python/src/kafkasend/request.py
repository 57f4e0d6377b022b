"""What is asked for, what comes back, and what to keep in order to fetch it later."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Union

from .body import Source
from .errors import KafkaSendError
from .messages import Status

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
SECRETS = ("authorization", "cookie", "proxy-authorization")


@dataclass(frozen=True)
class Progress:
    """How far a job is: bytes of the body that the broker has of ``total``, bytes of the answer, and the portal's last STATUS."""

    sent: int = 0
    total: int = 0
    received: int = 0
    status: Optional[Status] = None


@dataclass(frozen=True)
class Receipt:
    """All that is needed to fetch an answer later, or to cancel its job. Keep it as a password: it has the job's secret.

    ``since`` is in seconds since 1970: nothing of the answer is older. ``topic`` is where the answer goes.
    """

    job_id: str
    request_sha256: Optional[str] = None
    topic: Optional[str] = None
    since: float = 0
    secret: Optional[str] = None

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.__dict__)

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """What ``to_json`` wrote."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as e:
            raise KafkaSendError("REQUEST", "this is no receipt") from e


@dataclass(frozen=True)
class Request:
    """An HTTP request.

    ``content_type`` and ``filename`` together make it the file of a form, beside ``form_fields``. ``timeout`` is in seconds, 1
    and more: the portal is told so, and the client waits 5 s longer, for its ERROR. ``sha256`` adds the body's SHA-256, and asks for
    the answer's. ``on_receipt`` is called before anything is sent; nothing is, if it raises. ``outlives`` is for who fetches the
    answer later: closing the client does not cancel the job. ``stream`` wants the answer as the API sends it, and not in full chunks.
    """

    method: str
    endpoint: str
    body: Source = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: Optional[str] = None
    filename: Optional[str] = None
    form_field: Optional[str] = None
    form_fields: Mapping[str, Union[str, Sequence[str]]] = field(default_factory=dict)
    timeout: int = 300
    sha256: bool = False
    content_encoding: Optional[str] = None
    traceparent: Optional[str] = None
    on_receipt: Optional[Callable[[Receipt], None]] = None
    outlives: bool = False
    stream: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise KafkaSendError("REQUEST", f"{self.method} is none of {', '.join(METHODS)}")
        if self.timeout < 1:
            raise KafkaSendError("REQUEST", "timeout is 1 second or more")
        for name in self.headers:
            if name.lower() in SECRETS:
                raise KafkaSendError("REQUEST", f"{name} must not go over Kafka, where others read it")
        if (self.form_field or self.form_fields) and not (self.filename and self.content_type):
            raise KafkaSendError("REQUEST", "form fields need filename and content_type")

    def fields(self) -> Dict[str, Any]:
        """The fields of START that it has by itself."""
        found: Dict[str, Any] = {"method": self.method, "endpoint": self.endpoint, "headers": dict(self.headers)}
        optional = {
            "filename": self.filename,
            "content_type": self.content_type,
            "form_field": self.form_field,
            "form_fields": {n: v if isinstance(v, str) else list(v) for n, v in self.form_fields.items()} or None,
            "traceparent": self.traceparent,
        }
        found.update((name, value) for name, value in optional.items() if value is not None)
        return found


@dataclass(frozen=True)
class Answer:
    """The API's answer. ``body`` is there where no target was named; ``size`` is its length in bytes."""

    job_id: str
    status: int
    headers: Mapping[str, List[str]]
    size: int
    crc32: int
    body: Optional[bytes] = None
    dropped_headers: Sequence[str] = ()

    def header(self, name: str) -> Optional[str]:
        """The header's values, joined by a comma; names are not case-sensitive."""
        values = [value for key, found in self.headers.items() if key.lower() == name.lower() for value in found]
        return ", ".join(values) if values else None

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return (self.body or b"").decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body or b"")
