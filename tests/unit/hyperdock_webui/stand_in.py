"""A gateway's stand-in that says what it was asked, and a web UI in front of some of them."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from hyperdock_common.service.clients import Networks
from hyperdock_common.service.health import Health
from hyperdock_common.web.server import WebServer, bind
from hyperdock_webui.app import make_app
from hyperdock_webui.gateways import Gateways

HOSTS = frozenset({"127.0.0.1", "localhost"})
BIG = 8 << 20


class StandIn:
    """A gateway's stand-in: what it saw, and what browsers' sockets ended with."""

    def __init__(self) -> None:
        self.closed_with: list[int] = []
        self.closed = threading.Event()
        self.sent = 0
        self.app = Starlette(
            routes=[
                Route("/livez", self._live),
                Route("/api/v1/echo", self._echo, methods=["GET", "POST", "PUT", "DELETE"]),
                Route("/api/v1/twice", self._twice),
                Route("/api/v1/cut", self._cut),
                Route("/api/v1/many", self._many),
                WebSocketRoute("/api/v1/events", self._events),
                WebSocketRoute("/api/v1/refused", self._refused),
                WebSocketRoute("/api/v1/flood", self._flood),
            ]
        )

    async def _live(self, _request: Request) -> Response:
        return Response("{}")

    async def _echo(self, request: Request) -> Response:
        seen = {
            "method": request.method,
            "target": (request.scope["raw_path"] + b"?" + request.scope["query_string"]).decode(),
            "headers": dict(request.headers),
            "body": (await request.body()).decode("latin-1"),
        }
        return JSONResponse(seen, 207, {"X-Own": "yes", "Connection": "X-Hop", "X-Hop": "no"})

    async def _twice(self, _request: Request) -> Response:
        response = Response("both", 200)
        response.raw_headers += [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
        return response

    async def _cut(self, _request: Request) -> Response:
        async def body() -> AsyncIterator[bytes]:
            yield b"begin"
            raise ConnectionAbortedError

        return StreamingResponse(body(), headers={"Content-Length": "100"})

    async def _many(self, _request: Request) -> Response:
        async def body() -> AsyncIterator[bytes]:
            for _ in range(BIG >> 16):
                yield bytes(1 << 16)

        return StreamingResponse(body())

    async def _events(self, websocket: WebSocket) -> None:
        await websocket.accept(*websocket.scope["subprotocols"][:1])
        await websocket.send_text(json.dumps(dict(websocket.headers)))
        try:
            while (said := await websocket.receive_text()) != "bye":
                await websocket.send_text(f"{websocket.url.query} {said}")
            await websocket.close(1013, "too slow")
        except WebSocketDisconnect as gone:
            self.closed_with.append(gone.code)
        self.closed.set()

    async def _refused(self, websocket: WebSocket) -> None:
        answer = JSONResponse({"detail": "no"}, 422, {"X-Own": "yes"})
        await answer(websocket.scope, websocket.receive, websocket.send)

    async def _flood(self, websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            for number in range(10_000):
                await websocket.send_text(f"{number}:" + "x" * 60_000)
                self.sent = number + 1
        except WebSocketDisconnect:
            pass
        self.closed.set()


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """An app at a free port; gives its URL."""
    server = WebServer(app, "127.0.0.1", 0)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def webui_before(*gateways: Starlette | str, proxies: Networks = ()) -> Iterator[str]:
    """The web UI in front of these gateways, some of which are just URLs; gives its own URL."""
    with ExitStack() as stack:
        urls = [
            each if isinstance(each, str) else stack.enter_context(serving(each))
            for each in gateways
        ]
        app = make_app(Gateways(urls), Health(about={}), HOSTS, proxies=proxies)
        yield stack.enter_context(serving(app))


def unused_url() -> str:
    """Where nobody listens."""
    with bind("127.0.0.1", 0) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
