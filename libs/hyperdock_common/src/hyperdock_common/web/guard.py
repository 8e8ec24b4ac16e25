"""The door: who may talk to a service, and what every answer says to browsers.

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
from hyperdock_common.web.problems import Refused, problem_response

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
    """ASGI middleware: refuses foreign requests, sets the safety headers, turns faults into a 500.

    Args:
        app: what it guards.
        hosts: names that the Host header may carry (see `refusal`).
        name: what a user is told to be at fault, e.g. `the gateway`.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], name: str) -> None:
        self._app = app
        self._name = name
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
                detail = f"a fault in {self._name}; its log says more"
                await problem_response(500, detail)(scope, receive, answer.send)


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
