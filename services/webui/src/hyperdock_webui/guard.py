"""The door of the web UI: who may pass, what every answer says to browsers, and what goes wrong."""

import json
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperdock_common.service.admission import refusal
from hyperdock_webui.gateways import GatewaysAway

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
"""Headers of every answer, where the gateway or the page does not set them itself."""

_log = structlog.get_logger()


class Guard:
    """ASGI middleware: refuses foreign requests, and turns what goes wrong into problem documents.

    It is the one that checks where a request comes from: the gateway is called by us, in its own
    name.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        if refused := refusal(scope, self._hosts):
            await _problem(refused.status, refused.detail)(scope, receive, answer.send)
            return
        try:
            await self._app(scope, receive, answer.send)
        except GatewaysAway as error:
            _log.warning("gateways_away", path=scope["path"], reason=str(error))
            await _problem(error.status, str(error))(scope, receive, answer.send)
        except ClientDisconnect:
            _log.debug("client_gone", path=scope["path"])
        except Exception:  # noqa: BLE001 - a browser never sees a traceback
            _log.exception("request_failed", path=scope["path"])
            if not answer.started:
                detail = "a fault in the web UI's server; its log says more"
                await _problem(500, detail)(scope, receive, answer.send)


class _Answer:
    """The way of an answer back to the browser: adds the headers, knows whether it has begun."""

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


def _problem(status: int, detail: str) -> Response:
    """A problem document (RFC 9457), as the gateway writes them."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [],
    }
    return Response(json.dumps(content), status, media_type="application/problem+json")
