"""Answers probes on the port of a service that serves HTTP anyway, before anybody else is asked.

So a probe may name the service as it likes: by an address, for example, that browsers must not use.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from hyperdock_common.service.health import Health

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class Probes:
    """ASGI middleware that answers `/livez`, `/readyz` and what else the health can tell."""

    def __init__(self, app: App, *, health: Health) -> None:
        self._app = app
        self._health = health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks."""
        asks = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        answer = self._health.answer(scope["path"]) if asks else None
        if answer is None:
            await self._app(scope, receive, send)
            return
        headers = [
            (b"content-type", answer.media.encode()),
            (b"content-length", str(len(answer.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})
