"""The door: who may talk to the gateway, and what every answer says to browsers.

The gateway listens on the user's own machine, where any web page that the user opens can send
requests to it. So the Host header must name us (against DNS rebinding), and a request that changes
something, or opens the live feed, must not come from a foreign page.
"""

import re
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperdock_gateway.errors import Refused
from hyperdock_gateway.problems import problem_response

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:/@\[\]]+)(?::\d{1,5})?")
_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start"})
_DEFAULT_PORTS: Final = MappingProxyType({"http": ":80", "https": ":443"})
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
            check(scope, self._hosts)
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


def check(scope: Scope, hosts: frozenset[str]) -> None:
    """Whether this request may pass.

    Raises:
        Refused: it names a host that is not ours, or comes from a foreign page.
    """
    headers = Headers(scope=scope)
    host = _only(headers, "host").lower()
    match = _HOST.fullmatch(host)
    if match is None:
        raise Refused(400, "the Host header must name this server once, as host or host:port")
    if match[1] not in hosts and "*" not in hosts:
        raise Refused(421, f"this server does not answer to the name {match[1]}")
    if scope["type"] == "websocket" or scope["method"] not in _HARMLESS:
        _check_origin(headers, host)


def _check_origin(headers: Headers, host: str) -> None:
    if "origin" in headers:
        origin = urlsplit(_only(headers, "origin").lower())
        port = _DEFAULT_PORTS.get(origin.scheme)
        if port is None or origin.netloc.removesuffix(port) != host.removesuffix(port):
            raise Refused(403, "requests of other web pages are not served")
    elif headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise Refused(403, "requests of other web pages are not served")


def _only(headers: Headers, name: str) -> str:
    """The header's value if it is there exactly once, else nothing that would pass."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else ""
