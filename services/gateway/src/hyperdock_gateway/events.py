"""The door to the live feed: what a WebSocket asks for, and sending it until the client goes."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import anyio
import structlog
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from hyperdock_common.errors import DecodeError, StorageUnavailable
from hyperdock_common.web import Refused, frames_message
from hyperdock_gateway.api.paths import nothing
from hyperdock_gateway.api.query import bad
from hyperdock_gateway.auth.principal import principal_of
from hyperdock_gateway.feed import Feed
from hyperdock_gateway.feed.reader import Reader
from hyperdock_gateway.feed.topics import LogTopic, Topics, logs_asked, read_parameters
from hyperdock_gateway.publishing import in_thread
from hyperdock_gateway.services import Services, services_of

BROKEN: Final = 1011
TRY_AGAIN: Final = 1013
WRITTEN_AT_ONCE: Final = 64 * 1024

log = structlog.get_logger(__name__)


async def events(websocket: WebSocket) -> None:
    """Sends what was asked for until the client goes, falls asleep, or the server stops."""
    services, feed = services_of(websocket), feed_of(websocket)
    if not principal_of(websocket.scope).may("read"):
        raise Refused(403, "this needs a token with the scope `read`")
    asked = read_parameters(websocket)
    topics, logs = Topics.asked(asked.topics), logs_asked(asked.log)
    attempts = await in_thread(_attempts, services, logs)
    position = await _beginning(services, feed, asked.after)
    await websocket.accept()
    reader = Reader(feed, services.shown_log, position, topics)
    try:
        for topic, attempt in zip(logs, attempts, strict=True):
            reader.listen(topic, attempt)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_cancel_when_gone, websocket, tasks.cancel_scope)
            await _send_all(websocket, reader, services.stall)
            tasks.cancel_scope.cancel()
    finally:
        reader.close()


def feed_of(websocket: WebSocket) -> Feed:
    """The feed of the connection's app."""
    feed: Feed = websocket.app.state.feed
    return feed


async def _beginning(services: Services, feed: Feed, after: int | None) -> int:
    """The position to begin behind: the head, as soon as it can be asked what it has changed."""
    head = await in_thread(services.log.head)
    if after is None:
        await feed.live.reach(head, feed.pace.hold)
        return head
    if after > head:
        raise bad("after", f"is beyond the log's last position, {head}")
    return after


def _attempts(services: Services, logs: Sequence[LogTopic]) -> list[int]:
    """The attempt to begin with of each job.

    Raises:
        Refused: there is no such job.
    """
    jobs: Any = services.views.get_many("jobs", [topic.job_id for topic in logs]) if logs else {}
    for topic in logs:
        if topic.job_id not in jobs:
            raise nothing("job_id", topic.job_id)
    return [topic.attempt or max(1, jobs[topic.job_id]["attempt"]) for topic in logs]


async def _send_all(websocket: WebSocket, reader: Reader, stall: float) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as patience:
            while True:
                for frames in _parcels(await reader.page()):
                    patience.reschedule(loop.time() + stall)
                    await websocket.send(frames_message(frames))
                    patience.reschedule(None)
    except WebSocketDisconnect:
        pass
    except TimeoutError:
        await websocket.close(TRY_AGAIN, "too slow: continue behind your last position")
        log.info("slow_reader_cut_off", client=websocket.client)
    except StorageUnavailable:
        await websocket.close(TRY_AGAIN, "the log cannot be read now")
    except DecodeError as error:
        log.error("feed_blocked", reason=str(error))  # noqa: TRY400  the reason says it all
        await websocket.close(BROKEN, "the log holds an event that this version does not know")


def _parcels(frames: Sequence[bytes]) -> Sequence[Sequence[bytes]]:
    """The frames in as few writes as it takes, none of them large without need."""
    parcels: list[list[bytes]] = []
    room = 0
    for frame in frames:
        room -= len(frame)
        if room < 0 or not parcels:
            parcels.append([])
            room = WRITTEN_AT_ONCE - len(frame)
        parcels[-1].append(frame)
    return parcels


async def _cancel_when_gone(websocket: WebSocket, scope: anyio.CancelScope) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass  # clients have nothing to say here
    scope.cancel()


ROUTES: Final = (WebSocketRoute("/events", events),)
