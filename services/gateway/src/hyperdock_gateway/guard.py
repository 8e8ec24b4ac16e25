"""The door: who may talk to the gateway, and what every answer says to browsers.

Which requests may pass is the same for everything that browsers can reach: see
`hyperdock_common.service.admission`.
"""

from types import MappingProxyType
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperdock_common.service.admission import refusal
from hyperdock_gateway.errors import Refused
from hyperdock_gateway.problems import problem_response

_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start"})
_HEADERS: Final = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""Headers of every answer, where its handler does not set them itself."""

log = structlog.get_logger(__name__)


class Guard:
    """Refuses foreign requests, sets the safety headers and turns our own faults into a 500."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            if (refused := refusal(scope, self._hosts)) is not None:
                raise Refused(refused.status, refused.detail)
            await self._app(scope, receive, answer.send)
        except Refused as error:
            await problem_response(error.status, error.detail)(scope, receive, answer.send)
        except ClientDisconnect:
            log.debug("client_gone", path=scope["path"])
        except Exception:
            log.exception("request_failed", path=scope["path"])
            if not answer.started:
                await problem_response(500, "a fault in the gateway; its log says more")(
                    scope, receive, answer.send
                )


class _Answer:
    """The way of an answer back to the client: adds the headers, knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] in _STARTS:
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        self.started = True
        await self._send(message)
