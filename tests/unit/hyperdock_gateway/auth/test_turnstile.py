"""How much one client gets, and that it takes nothing from the others."""

import asyncio
import threading
from contextlib import suppress
from ipaddress import ip_network
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from tests.unit.hyperdock_gateway.auth.keys import Clock

from hyperdock_common.web import Refused
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.auth.login import unauthorized
from hyperdock_gateway.auth.principal import NOBODY, Principal
from hyperdock_gateway.auth.rates import _MOST_KEYS, Windows
from hyperdock_gateway.auth.turnstile import LoginLimit, Turnstile

SECRET = [(b"authorization", b"Bearer x")]
ANN = Principal("ann", frozenset({"read"}))


def request(
    client: str = "10.0.0.1",
    *,
    method: str = "POST",
    principal: Principal = ANN,
    headers: list[tuple[bytes, bytes]] | None = None,
    kind: str = "http",
) -> Scope:
    """A request as it comes to the turnstile."""
    return {
        "type": kind,
        "method": method,
        "client": (client, 1),
        "headers": headers or [],
        "state": {"principal": principal},
    }


class Behind:
    """Refuses whom it is told to; WebSockets stay until they may go."""

    def __init__(self) -> None:
        self.knows = True
        self.served = 0
        self.may_go = asyncio.Event()

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Serves one request."""
        if not self.knows:
            raise unauthorized("who are you?")
        self.served += 1
        if scope["type"] == "websocket":
            await self.may_go.wait()


async def status(app: Any, scope: Scope) -> int:
    """200, or the status of the refusal."""
    try:
        await app(scope, None, None)
    except Refused as refused:
        waits = int(refused.headers.get("Retry-After", "0")) >= 1
        return refused.status if waits == (refused.status == 429) else 0
    return 200


def statuses(app: Any, *scopes: Scope) -> list[int]:
    """Of several requests, one after the other."""

    async def all_of_them() -> list[int]:
        return [await status(app, scope) for scope in scopes]

    return asyncio.run(all_of_them())


def test_wrong_tokens_are_counted_by_address() -> None:
    """Before a token is looked at; what comes from elsewhere, or without one, is not concerned."""
    behind, clock = Behind(), Clock(0.0)
    app = LoginLimit(behind, limits=Limits(failed_logins=3), clock=clock)
    behind.knows = False
    assert statuses(app, *[request(headers=SECRET)] * 4) == [401, 401, 401, 429]
    behind.knows = True
    assert statuses(app, request(headers=SECRET), request()) == [429, 200]
    assert statuses(app, request("10.0.0.2", headers=SECRET)) == [200]
    clock.now = 60.0
    assert statuses(app, request(headers=SECRET)) == [200]


def test_the_wait_is_told_exactly() -> None:
    """Until the oldest of the wrong tokens is a minute old."""
    behind, clock = Behind(), Clock(100.0)
    app = LoginLimit(behind, limits=Limits(failed_logins=2), clock=clock)
    behind.knows = False
    statuses(app, request(headers=SECRET))
    clock.now = 130.0
    statuses(app, request(headers=SECRET))
    with pytest.raises(Refused) as refused:
        asyncio.run(app(request(headers=SECRET), None, None))  # type: ignore[arg-type]
    assert refused.value.headers["Retry-After"] == "30"


def test_good_tokens_and_missing_ones_are_no_guesses() -> None:
    """A page that asks before it has a token, or often with one, locks nobody out."""
    behind = Behind()
    app = LoginLimit(behind, limits=Limits(failed_logins=2), clock=Clock(0.0))
    assert statuses(app, *[request(headers=SECRET)] * 9) == [200] * 9
    behind.knows = False
    assert statuses(app, *[request()] * 9) == [401] * 9
    behind.knows = True
    assert statuses(app, request(headers=SECRET)) == [200]


def test_who_is_never_let_in_cannot_ask_without_end() -> None:
    """Being refused is limited like being served."""
    behind = Behind()
    behind.knows = False
    app = LoginLimit(behind, limits=Limits(writes=1), clock=Clock(0.0))
    assert statuses(app, *[request()] * 11) == [401] * 10 + [429]


def test_an_address_is_the_clients_own_behind_a_trusted_proxy() -> None:
    """And the proxy's, whatever is said, where it is not trusted."""
    told = [*SECRET, (b"x-forwarded-for", b"192.0.2.1")]
    for proxies, expected in (((), 429), ((ip_network("10.0.0.0/8"),), 200)):
        behind = Behind()
        limits = Limits(failed_logins=1, proxies=proxies)
        app = LoginLimit(behind, limits=limits, clock=Clock(0.0))
        behind.knows = False
        statuses(app, request(headers=SECRET))
        behind.knows = True
        assert statuses(app, request(headers=told)) == [expected]


def test_writes_are_limited_by_token() -> None:
    """Wherever it is used; others, and reading, go on."""
    clock = Clock(0.0)
    app = Turnstile(Behind(), limits=Limits(writes=2), clock=clock)
    assert statuses(app, request(), request("10.9.9.9"), request()) == [200, 200, 429]
    assert statuses(app, request(method="GET"), request(method="HEAD")) == [200, 200]
    assert statuses(app, request(principal=Principal("bob", frozenset()))) == [200]
    clock.now = 1.0
    assert statuses(app, request()) == [200]


def test_all_requests_are_limited_too() -> None:
    """Ten for each write that there may be."""
    app = Turnstile(Behind(), limits=Limits(writes=1), clock=Clock(0.0))
    assert statuses(app, *[request(method="GET")] * 11) == [200] * 10 + [429]


def test_without_a_login_addresses_are_limited() -> None:
    """An address is never mistaken for a token, whatever that is called."""
    app = Turnstile(Behind(), limits=Limits(writes=1), clock=Clock(0.0))
    assert statuses(app, *[request(principal=NOBODY)] * 2) == [200, 429]
    assert statuses(app, request("10.0.0.2", principal=NOBODY)) == [200]
    named = Principal("10.0.0.1", frozenset())
    assert statuses(app, request(principal=named)) == [200]


def test_websockets_are_limited_while_they_are_open() -> None:
    """One that has ended makes room, however it ended."""

    async def scenario() -> list[int]:
        behind = Behind()
        app = Turnstile(behind, limits=Limits(websockets=2), clock=Clock(0.0))
        open_ones = [asyncio.create_task(status(app, request(kind="websocket"))) for _ in range(2)]
        await asyncio.sleep(0)
        seen = [await status(app, request(kind="websocket"))]
        open_ones[0].cancel()
        with suppress(asyncio.CancelledError):
            await open_ones[0]
        behind.may_go.set()
        seen.append(await status(app, request(kind="websocket")))
        seen.append(await open_ones[1])
        assert not app._open
        return seen

    assert asyncio.run(scenario()) == [429, 200, 200]


def test_a_refused_request_costs_nothing_more() -> None:
    """Who is over the limit is served again as soon as the window has moved on."""
    clock = Clock(0.0)
    app = Turnstile(Behind(), limits=Limits(writes=1), clock=clock)
    statuses(app, request())
    for clock.now in (0.2, 0.4, 0.6, 0.8):
        assert statuses(app, request()) == [429]
    clock.now = 1.0
    assert statuses(app, request()) == [200]


def test_memory_is_bounded_whoever_asks() -> None:
    """Names that did nothing lately are forgotten; those that did count on."""
    clock = Clock(0.0)
    windows = Windows(clock)
    for number in range(_MOST_KEYS):
        windows.acquire_entry(f"k{number}", 1, 60)
    clock.now = 59.0
    windows.acquire_entry("busy", 1, 60)
    assert len(windows._windows) <= _MOST_KEYS
    clock.now = 61.0
    for number in range(_MOST_KEYS):
        windows.acquire_entry(f"n{number}", 1, 60)
    assert len(windows._windows) <= _MOST_KEYS


def test_counting_starts_no_thread() -> None:
    """The library's own memory would start one for nearly every request."""
    before = threading.active_count()
    app = Turnstile(Behind(), limits=Limits(writes=1), clock=Clock(0.0))
    statuses(app, *[request()] * 50)
    assert threading.active_count() == before
