"""HTTP requests of any size over Kafka, in the KafkaSend protocol."""

from .aio import AsyncClient
from .client import Client
from .errors import CancelledError, JobFailedError, KafkaSendError, TimedOutError
from .job import Job
from .messages import Status
from .request import Answer, Progress, Receipt, Request
from .signing import SigningKey

__all__ = [
    "Answer",
    "AsyncClient",
    "CancelledError",
    "Client",
    "Job",
    "JobFailedError",
    "KafkaSendError",
    "Progress",
    "Receipt",
    "Request",
    "SigningKey",
    "Status",
    "TimedOutError",
]
