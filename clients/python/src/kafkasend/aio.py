"""The client for asyncio: the synchronous one, whose threads do the work, so that the event loop never waits."""

from __future__ import annotations

import asyncio
import functools
from types import TracebackType
from typing import Any, Optional, Type, Union

from .client import Client
from .job import Job, Listener
from .request import Answer, Progress, Receipt, Request
from .target import Target


class AsyncClient:
    """As ``Client``, with coroutines. Each job has a thread; ``async with`` connects and closes.

    Takes what ``Client`` takes. ``progress`` is called on the event loop. Bodies and targets are read and written on the job's
    thread: they are bytes, paths, files or iterables, none of them asynchronous.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        self._make = functools.partial(Client, *args, **settings)
        self._client: Optional[Client] = None

    async def __aenter__(self) -> AsyncClient:
        self._client = await asyncio.get_running_loop().run_in_executor(None, self._make)
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        client, self._client = self._client, None
        if client is not None:
            await asyncio.get_running_loop().run_in_executor(None, client.close)

    async def send(self, request: Request, target: Target = None, progress: Optional[Listener] = None) -> Answer:
        """Sends a request, and waits for its answer. Cancelling the task cancels the job.

        :raises KafkaSendError: where there is none
        """
        return await _wait(self._open().submit(request, target, _on_loop(progress)))

    async def fetch(
        self,
        receipt: Union[Receipt, str],
        timeout: float = 0,
        target: Target = None,
        progress: Optional[Listener] = None,
    ) -> Answer:
        """The answer of a job that was begun before; see ``Client.fetch``."""
        return await _wait(self._open().submit_fetch(receipt, timeout, target, _on_loop(progress)))

    def cancel(self, receipt: Receipt) -> None:
        """See ``Client.cancel``."""
        self._open().cancel(receipt)

    def _open(self) -> Client:
        if self._client is None:
            raise RuntimeError("use it in: async with AsyncClient(...) as client")
        return self._client


async def _wait(job: Job) -> Answer:
    try:
        return await asyncio.wrap_future(job.future)
    except asyncio.CancelledError:
        job.cancel()
        raise


def _on_loop(progress: Optional[Listener]) -> Optional[Listener]:
    if progress is None:
        return None
    loop = asyncio.get_running_loop()

    def tell(how_far: Progress) -> None:
        loop.call_soon_threadsafe(progress, how_far)

    return tell
