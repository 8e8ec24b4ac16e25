"""The door: who may talk to a service, and what every answer says to browsers.

Which requests may pass is the same for everything that browsers can reach: see
`hyperdock_common.service.admission`. Pages of other origins may read answers only if their origin
is named exactly. No cookies are asked for (`Access-Control-Allow-Credentials` is never said): who
may do what is said by a header that only a page of ours knows to send.
"""

from types import MappingProxyType
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperdock_common.service.admission import allowed_origin, refusal
from hyperdock_common.web.problems import Refused, problem_response

_STARTS: Final = frozenset({"http.response.start", "websocket.http.response.start"})
SAFETY: Final = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""Headers of every answer, where its handler does not set them itself."""

_FIELDS: Final = tuple((name.lower().encode(), value.encode()) for name, value in SAFETY.items())

_ASKED: Final = "Authorization, Content-Type, Idempotency-Key, If-None-Match"
_TOLD: Final = (
    "ETag, Hyperdock-Position, Location, Retry-After, WWW-Authenticate, Content-Disposition, "
    "X-Log-Attempt, X-Log-Next, X-Log-Offset"
)
_PREFLIGHT: Final = MappingProxyType(
    {
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, DELETE",
        "Access-Control-Allow-Headers": _ASKED,
        "Access-Control-Max-Age": "600",
    }
)

log = structlog.get_logger(__name__)


class Guard:
    """ASGI middleware: refuses foreign requests, sets the safety headers, turns faults into a 500.

    Args:
        app: what it guards.
        hosts: names that the Host header may carry (see `refusal`).
        name: what a user is told to be at fault, e.g. `the gateway`.
        origins: other origins whose pages may use it, too (see `origin_of`).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        name: str,
        origins: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._name = name
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        foreign = allowed_origin(scope, self._origins)
        answer = _Answer(send, foreign, varies=bool(self._origins))
        try:
            if (refused := refusal(scope, self._hosts, self._origins)) is not None:
                raise Refused(refused.status, refused.detail)
            if _has_two_lengths(scope):
                problem = "a body has a Content-Length or a Transfer-Encoding, not both"
                raise Refused(400, problem, headers={"Connection": "close"})
            if foreign is not None and _is_preflight(scope):
                await Response(None, 204, _PREFLIGHT)(scope, receive, answer.send)
                return
            await self._app(scope, receive, answer.send)
        except Refused as error:
            told = problem_response(error.status, error.detail, error.errors, error.headers)
            await told(scope, receive, answer.send)
        except ClientDisconnect:
            log.debug("client_gone", path=scope["path"])
        except Exception:
            log.exception("request_failed", path=scope["path"])
            if not answer.started:
                detail = f"a fault in {self._name}; its log says more"
                await problem_response(500, detail)(scope, receive, answer.send)


class _Answer:
    """The way of an answer back to the client: adds the headers, knows whether it has begun.

    Args:
        send: the way on.
        origin: of the page that may read the answer although it is not ours.
        varies: whether the answer could be another one for another origin.
    """

    def __init__(self, send: Send, origin: str | None, *, varies: bool) -> None:
        self._send = send
        self._origin = origin
        self._varies = varies
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] in _STARTS:
            headers = MutableHeaders(scope=message)
            said = {name for name, _ in headers.raw}
            headers.raw.extend(pair for pair in _FIELDS if pair[0] not in said)
            if self._varies:
                headers.add_vary_header("Origin")
            if self._origin is not None:
                headers["Access-Control-Allow-Origin"] = self._origin
                headers["Access-Control-Expose-Headers"] = _TOLD
        self.started = True
        await self._send(message)


def _is_preflight(scope: Scope) -> bool:
    """Whether a browser asks whether it may ask."""
    asks = any(name == b"access-control-request-method" for name, _ in scope["headers"])
    return scope["type"] == "http" and scope["method"] == "OPTIONS" and asks


def _has_two_lengths(scope: Scope) -> bool:
    """Whether a proxy before us may have taken another part of what was sent for the body."""
    names = [name for name, _ in scope["headers"]]
    return b"transfer-encoding" in names and b"content-length" in names
