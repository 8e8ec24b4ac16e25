"""The WebSocket feed: every recorded fact after a position, in order, then live."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

import anyio
import structlog
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from hyperdock_common.errors import DecodeError, StorageUnavailable
from hyperdock_common.ports import EventLog
from hyperdock_gateway.live import PAGE, LiveFeed, Message, to_message
from hyperdock_gateway.publishing import in_thread
from hyperdock_gateway.queries import bad, query_of
from hyperdock_gateway.services import services_of

BROKEN: Final = 1011
TRY_AGAIN: Final = 1013

log = structlog.get_logger(__name__)


async def events(websocket: WebSocket) -> None:
    """Sends facts until the client goes, falls asleep, or the server stops."""
    services = services_of(websocket)
    query = query_of(websocket, "after", "stream")
    head = await in_thread(services.log.head)
    after = query.whole("after", head, 0)
    if after > head:
        raise bad("after", f"is beyond the log's last position, {head}")
    stream = query.text("stream")
    await websocket.accept()
    source = messages(websocket.app.state.live, services.log, after, stream)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_gone, websocket, tasks.cancel_scope)
        await _send_all(websocket, source, services.stall)
        tasks.cancel_scope.cancel()


async def messages(
    live: LiveFeed, event_log: EventLog, after: int, stream: str | None
) -> AsyncIterator[Sequence[Message]]:
    """Every fact behind `after` (of one stream, if named), page by page, without end."""
    position = after
    while True:
        news, end = live.news(), live.end
        page = live.since(position)
        if page is None:
            page = await in_thread(_read, event_log, position, stream)
            position = page[-1].position if len(page) == PAGE else max(end, *_positions(page))
        elif page:
            position = page[-1].position
        else:
            await news.wait()
        yield [message for message in page if stream in {None, message.stream}]


def _read(event_log: EventLog, after: int, stream: str | None) -> Sequence[Message]:
    return [to_message(record) for record in event_log.read(after, PAGE, stream=stream)]


def _positions(page: Sequence[Message]) -> Sequence[int]:
    return [0, *(message.position for message in page)]


async def _send_all(
    websocket: WebSocket, source: AsyncIterator[Sequence[Message]], stall: float
) -> None:
    try:
        async for page in source:
            for message in page:
                with anyio.fail_after(stall):
                    await websocket.send_text(message.text)
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


async def _cancel_when_gone(websocket: WebSocket, scope: anyio.CancelScope) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass  # clients have nothing to say here
    scope.cancel()


ROUTES: Final = (WebSocketRoute("/events", events),)
