"""The gateway's numbers: what is asked of it, noted at its door, and how its messages fared."""

import time
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperdock_common.service.health import METRICS, Answer
from hyperdock_common.service.metrics import Metrics
from hyperdock_common.web import FRAMES
from hyperdock_gateway.retention.sweeping import Sweep

OPERATION: Final = "hyperdock.operation"
"""Under this key of its ASGI scope a request says which operation answered it."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_TRY_AGAIN: Final = 1013
_SLOW: Final = "too slow"


class GatewayMonitoring:
    """What a gateway tells of itself.

    Args:
        metrics: where its numbers are kept.
        tell: these, and those of whatever shares its process.
    """

    def __init__(self, metrics: Metrics, tell: Callable[[], Answer]) -> None:
        self.tell = tell
        names = ("operation", "method", "status")
        self.requests = metrics.counter("requests", "Requests that were answered.", *names)
        self.seconds = metrics.histogram(
            "request_seconds", "From a request to the end of its answer.", _SECONDS, "operation"
        )
        self.websockets = metrics.gauge("websockets", "Live feeds that are open.")
        self.frames = metrics.counter("events_sent", "Messages sent over live feeds.")
        self.slow = metrics.counter("slow_readers", "Readers of live feeds that were cut off.")
        self.sent = metrics.counter("notifications_sent", "Notifications that arrived.", "kind")
        self.logs_removed = metrics.counter("logs_removed", "Targets' logs that were removed.")
        self.log_bytes_removed = metrics.counter("log_bytes_removed", "Their bytes.")
        self.log_bytes = metrics.gauge("log_bytes", "All logs together when last looked at.")
        self.dropped = metrics.counter("notifications_dropped", "Those that were given up.", "kind")

    def told(self, kind: str, state: str) -> None:
        """Notes what became of a notification."""
        if state in {"sent", "dropped"}:
            (self.sent if state == "sent" else self.dropped).labels(kind).inc()

    def swept(self, sweep: Sweep) -> None:
        """Notes what a sweep through the logs did."""
        self.logs_removed.inc(sweep.removed)
        self.log_bytes_removed.inc(sweep.removed_size)
        if sweep.ended_at is not None:
            self.log_bytes.set(sweep.size - sweep.removed_size)


def metrics_route(monitoring: GatewayMonitoring) -> Route:
    """The numbers at `/metrics`."""

    async def metrics(_request: Request) -> Response:
        answer = await run_in_threadpool(monitoring.tell)
        return Response(answer.body, answer.status, media_type=answer.media)

    return Route(METRICS, metrics)


class Monitored:
    """ASGI middleware that counts and times what passes."""

    def __init__(self, app: ASGIApp, *, monitoring: GatewayMonitoring) -> None:
        self._app = app
        self._monitoring = monitoring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks."""
        match scope["type"]:
            case "http":
                await self._request(scope, receive, send)
            case "websocket":
                await self._feed(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = "none"

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = f"{message['status'] // 100}xx"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            operation = scope.get(OPERATION, "none")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._monitoring.requests.labels(operation, method, status).inc()
            self._monitoring.seconds.labels(operation).observe(time.perf_counter() - began)

    async def _feed(self, scope: Scope, receive: Receive, send: Send) -> None:
        monitoring, is_open = self._monitoring, False

        async def noting(message: Message) -> None:
            nonlocal is_open
            match message["type"]:
                case "websocket.send":
                    monitoring.frames.inc(len(message.get(FRAMES) or (1,)))
                case "websocket.accept":
                    monitoring.websockets.inc()
                    is_open = True
                case "websocket.close" if _is_for_slowness(message):
                    monitoring.slow.inc()
                case _:
                    pass
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            if is_open:
                monitoring.websockets.dec()


def _is_for_slowness(close: Message) -> bool:
    reason = close.get("reason") or ""
    return close.get("code") == _TRY_AGAIN and reason.startswith(_SLOW)
