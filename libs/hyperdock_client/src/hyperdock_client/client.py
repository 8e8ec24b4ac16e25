"""The two clients: the same operations, once plain and once to await. Only here is I/O done."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Self, TypeVar, assert_never, cast

import httpx
import websockets.asyncio.client
import websockets.sync.client

from hyperdock_client.documents import Event
from hyperdock_client.errors import ApiError, HyperdockClientError
from hyperdock_client.feed import BROKEN, LARGEST_FRAME, Reader, ticketed
from hyperdock_client.flows import (
    Asynchronous,
    Done,
    Emit,
    Flow,
    Items,
    Pause,
    Run,
    Save,
    Step,
    Synchronous,
)
from hyperdock_client.jobs import AsyncJob, Job
from hyperdock_client.operations import ClientOperations
from hyperdock_client.places import Place, find_place, whole
from hyperdock_client.requests import Call
from hyperdock_client.retries import Tries
from hyperdock_client.saving import saving
from hyperdock_client.trials import AsyncTrial, Trial

T = TypeVar("T")


class Client(ClientOperations[Trial, Job], Synchronous):
    """Calls one gateway. Several threads may share it; `close` it, or use `with`.

    Args:
        token: who asks, where the gateway wants to know.
        transport: how requests get there, for tests.
        pause: how time passes between two tries or looks.
    """

    _trial, _job = Trial, Job

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.driver = self
        self.url = whole(url)
        self._place = Place(self.url, token)
        self._http = httpx.Client(transport=transport, **_http_options(self._place))
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def drive(self, flow: Call[T] | Flow[T]) -> T:
        """Does a call or a flow; its result."""
        return cast("T", self._advance(Run(flow)).value)

    def iterate(self, flow: Items[T]) -> Iterator[T]:
        """Does a flow, and gives what it emits."""
        run = Run(flow)
        while isinstance(step := self._advance(run), Emit):
            yield step.value

    def events(
        self, *, after: int | None = None, topics: str | Sequence[str] = ()
    ) -> Iterator[Event]:
        """The events behind a position, each once, and then live, without end.

        Args:
            after: the position; those from now on where there is none, all of them behind 0.
            topics: `trials`, `trial:ID`, `job:ID`, `workers`; all events where none is named.
        """
        reader = Reader(self.url, after, topics)
        while True:
            error: Exception | None = None
            try:
                place = reader.address(self.drive(ticketed(self._place.token)))
                options = _feed_options(self._place)
                with websockets.sync.client.connect(place, **options) as socket:
                    for text in socket:
                        yield from reader.take(text)
            except (*BROKEN, HyperdockClientError) as broken:
                error = broken
            self._pause(reader.lost(error))

    def _advance(self, run: Run) -> Emit[Any] | Done:
        while not isinstance(step := run.step(), Emit | Done):
            try:
                run.answer = self._do(step)
            except HyperdockClientError as error:
                run.error = error
        return step

    def _do(self, step: Step) -> Any:
        match step:
            case Pause(seconds):
                return self._pause(seconds)
            case Call():
                return self._tried(step, lambda: self._send(step))
            case Save(call):
                return self._tried(call, lambda: self._fetch(step))
            case _:
                assert_never(step)

    def _tried(self, call: Call[Any], attempt: Callable[[], T]) -> T:
        tries = Tries(self.url, call)
        while True:
            try:
                return attempt()
            except (httpx.HTTPError, ApiError) as error:
                pause = tries.after(error)
            self._pause(pause)

    def _send(self, call: Call[T]) -> T:
        return call.take(self._http.send(call.request(self._http)))

    def _fetch(self, step: Save) -> None:
        answer = self._http.send(step.call.request(self._http), stream=True)
        try:
            if answer.is_error:
                answer.read()
            step.call.take(answer)
            with saving(step.to) as write:
                for chunk in answer.iter_bytes():
                    write(chunk)
        finally:
            answer.close()


class AsyncClient(ClientOperations[AsyncTrial, AsyncJob], Asynchronous):
    """The same with operations to await, iterations for `async for`, and `async with`."""

    _trial, _job = AsyncTrial, AsyncJob

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.driver = self
        self.url = whole(url)
        self._place = Place(self.url, token)
        self._http = httpx.AsyncClient(transport=transport, **_http_options(self._place))
        self._pause = pause

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def drive(self, flow: Call[T] | Flow[T]) -> T:
        """Does a call or a flow; its result."""
        return cast("T", (await self._advance(Run(flow))).value)

    async def iterate(self, flow: Items[T]) -> AsyncIterator[T]:
        """Does a flow, and gives what it emits."""
        run = Run(flow)
        while isinstance(step := await self._advance(run), Emit):
            yield step.value

    async def events(
        self, *, after: int | None = None, topics: str | Sequence[str] = ()
    ) -> AsyncIterator[Event]:
        """The events behind a position, as `Client.events` has them."""
        reader = Reader(self.url, after, topics)
        while True:
            error: Exception | None = None
            try:
                place = reader.address(await self.drive(ticketed(self._place.token)))
                options = _feed_options(self._place)
                async with websockets.asyncio.client.connect(place, **options) as socket:
                    async for text in socket:
                        for event in reader.take(text):
                            yield event
            except (*BROKEN, HyperdockClientError) as broken:
                error = broken
            await self._pause(reader.lost(error))

    async def _advance(self, run: Run) -> Emit[Any] | Done:
        while not isinstance(step := run.step(), Emit | Done):
            try:
                run.answer = await self._do(step)
            except HyperdockClientError as error:
                run.error = error
        return step

    async def _do(self, step: Step) -> Any:
        match step:
            case Pause(seconds):
                return await self._pause(seconds)
            case Call():
                return await self._tried(step, lambda: self._send(step))
            case Save(call):
                return await self._tried(call, lambda: self._fetch(step))
            case _:
                assert_never(step)

    async def _tried(self, call: Call[Any], attempt: Callable[[], Awaitable[T]]) -> T:
        tries = Tries(self.url, call)
        while True:
            try:
                return await attempt()
            except (httpx.HTTPError, ApiError) as error:
                pause = tries.after(error)
            await self._pause(pause)

    async def _send(self, call: Call[T]) -> T:
        return call.take(await self._http.send(call.request(self._http)))

    async def _fetch(self, step: Save) -> None:
        answer = await self._http.send(step.call.request(self._http), stream=True)
        try:
            if answer.is_error:
                await answer.aread()
            step.call.take(answer)
            with saving(step.to) as write:
                async for chunk in answer.aiter_bytes():
                    write(chunk)
        finally:
            await answer.aclose()


def connect(url: str | None = None, token: str | None = None, profile: str | None = None) -> Client:
    """A client of the gateway that is named, or found: see `find_place` for where it looks."""
    place = find_place(url, token, profile)
    return Client(place.url, place.token)


def connect_async(
    url: str | None = None, token: str | None = None, profile: str | None = None
) -> AsyncClient:
    """The same for a client to await."""
    place = find_place(url, token, profile)
    return AsyncClient(place.url, place.token)


def _http_options(place: Place) -> dict[str, Any]:
    return {
        "base_url": f"{place.url}/api/v1",
        "headers": {"Authorization": f"Bearer {place.token}"} if place.token else {},
        "trust_env": not place.is_here,
    }


def _feed_options(place: Place) -> dict[str, Any]:
    return {"proxy": None if place.is_here else True, "max_size": LARGEST_FRAME}
