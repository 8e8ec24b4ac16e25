"""Keeps each client to its share, so that nobody keeps the gateway from the others.

Logging in is limited by the client's address, before anybody looks at a token. What follows is
limited by the token, or by the address where nobody has logged in.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from hyperdock_common.service.clients import client_of, neighbourhood
from hyperdock_common.web import Refused
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.auth.login import offers_secret
from hyperdock_gateway.auth.principal import principal_of
from hyperdock_gateway.auth.rates import Rate, Windows

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_UNAUTHORIZED: Final = 401
_TOO_MANY: Final = 429

log = structlog.get_logger(__name__)


class LoginLimit:
    """ASGI middleware before the login: who tries too many tokens has to wait.

    Only tokens count. A ticket can be in an address, and any web page can have a browser ask for an
    address of ours: it could lock out the person before that browser.
    """

    def __init__(
        self, app: ASGIApp, *, limits: Limits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._clock = clock
        self._proxies = limits.proxies
        limiter = MovingWindowRateLimiter(Windows(clock))
        self._failed = Rate(limiter, RateLimitItemPerMinute(limits.failed_logins), "failed logins")
        self._refused = Rate(limiter, RateLimitItemPerSecond(limits.requests), "requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks.

        Raises:
            Refused: too many tokens were tried from the client's address.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        client = neighbourhood(client_of(scope, self._proxies))
        tries = offers_secret(scope)
        if tries and self._failed.is_reached(client):
            problem = "too many wrong tokens from your address"
            raise too_many(problem, self._failed.wait(client, self._clock()))
        try:
            await self._app(scope, receive, send)
        except Refused as error:
            if error.status == _UNAUTHORIZED:
                self._count(client, tries=tries)
            raise

    def _count(self, client: str, *, tries: bool) -> None:
        if tries and self._failed.hit(client) and self._failed.is_reached(client):
            log.warning("too_many_failed_logins", client=client)
        if not self._refused.hit(client):
            raise too_many(f"more than {self._refused.item.amount} requests a second", 1)


class Turnstile:
    """ASGI middleware behind the login: nobody gets more than their share."""

    def __init__(
        self, app: ASGIApp, *, limits: Limits, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._clock = clock
        self._limits = limits
        limiter = MovingWindowRateLimiter(Windows(clock))
        self._requests = Rate(limiter, RateLimitItemPerSecond(limits.requests), "requests")
        self._writes = Rate(limiter, RateLimitItemPerSecond(limits.writes), "writes")
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks.

        Raises:
            Refused: it is one too many.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        who = self._name(scope)
        self._count(self._requests, who)
        if scope["type"] == "websocket":
            await self._watch(who, scope, receive, send)
            return
        if scope["method"] not in _READS:
            self._count(self._writes, who)
        await self._app(scope, receive, send)

    async def _watch(self, who: str, scope: Scope, receive: Receive, send: Send) -> None:
        if self._open[who] >= self._limits.websockets:
            raise too_many(f"you have {self._limits.websockets} WebSockets open; close some", 5)
        self._open[who] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    def _count(self, rate: Rate, who: str) -> None:
        if not rate.hit(who):
            problem = f"more than {rate.item.amount} {rate.what} a second"
            raise too_many(problem, rate.wait(who, self._clock()))

    def _name(self, scope: Mapping[str, Any]) -> str:
        """A token's name, or an address, written as no token is named."""
        client = neighbourhood(client_of(scope, self._limits.proxies))
        return principal_of(scope).name or f"[{client}]"


def too_many(problem: str, seconds: int) -> Refused:
    """The refusal of one request too many."""
    detail = f"{problem}; try again in {seconds} s"
    return Refused(_TOO_MANY, detail, headers={"Retry-After": str(seconds)})
