"""The door: what it lets through, and what is behind it gets to know."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from tests.unit.hyperdock_gateway.auth.keys import (
    ADMIN,
    EXPIRED,
    NOW,
    OTHER,
    READER,
    SUBMITTER,
    Clock,
    entry,
    everybody,
    login_of,
    write,
)

from hyperdock_common.web import Refused
from hyperdock_gateway.auth.login import Login, LoginDoor, is_open
from hyperdock_gateway.auth.principal import ANYBODY, NOBODY, Principal, principal_of
from hyperdock_gateway.auth.tokens import key_of


class Behind:
    """Keeps what came through the door; speaks once if that is a WebSocket."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.before_each: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Serves nothing."""
        self.scopes.append(scope)
        for _ in range(3):
            self.before_each()
            await send({"type": "websocket.send", "text": "x"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with everybody in it."""
    return write(tmp_path / "tokens.json", everybody())


@pytest.fixture
def login(path: Path) -> Login:
    """The login by that file."""
    return login_of(path, Clock())


def ask(
    login: Login | None,
    path: str = "/api/v1/trials",
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
    behind: Behind | None = None,
    told: list[Message] | None = None,
    **more: Any,
) -> tuple[Scope, list[Message]]:
    """What is behind the door gets, and what the client does.

    Raises:
        Refused: the door stays closed.
    """
    behind = behind or Behind()
    told = [] if told is None else told

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        raise AssertionError("nobody reads here")

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query}
    door = LoginDoor(behind, login=login)
    asyncio.run(door({**scope, "headers": list(headers), **more}, receive, send))
    return behind.scopes[0], told


def bearer(secret: str) -> list[tuple[bytes, bytes]]:
    """The header that a token is sent in."""
    return [(b"authorization", f"Bearer {secret}".encode())]


@pytest.mark.parametrize(
    ("secret", "principal"),
    [
        (READER, Principal("reader", frozenset({"read"}))),
        (SUBMITTER, Principal("submitter", frozenset({"read", "submit"}))),
        (ADMIN, Principal("boss", frozenset({"read", "submit", "admin"}))),
    ],
)
def test_who_has_a_token_is_known(login: Login, secret: str, principal: Principal) -> None:
    """By name, with all that the scope implies."""
    scope, _ = ask(login, headers=bearer(secret))
    assert principal_of(scope) == principal


def test_what_opened_the_door_stays_outside(login: Login) -> None:
    """Neither token nor ticket are in what handlers and logs see; the rest of the query is."""
    ticket = login.give_ticket("reader").text.encode()
    scope, _ = ask(
        login, query=b"a=1&ticket=" + ticket + b"&b=2", headers=[(b"x", b"y"), *bearer(READER)]
    )
    assert scope["query_string"] == b"a=1&b=2"
    assert scope["headers"] == [(b"x", b"y")]
    scope, _ = ask(login, "/", query=b"ticket=" + ticket, headers=bearer(READER))
    assert (scope["query_string"], scope["headers"]) == (b"", [])
    scope, _ = ask(None, query=b"ticket=x", headers=bearer(READER))
    assert (scope["query_string"], scope["headers"]) == (b"", [])


@pytest.mark.parametrize("name", [b"ticket", b"%74icket", b"tick%65t", b"%74%69%63%6b%65%74"])
def test_a_ticket_is_one_however_its_name_is_written(login: Login, name: bytes) -> None:
    """As whoever reads the query afterwards would see it."""
    ticket = login.give_ticket("boss").text.encode()
    scope, _ = ask(login, query=name + b"=" + ticket)
    assert principal_of(scope) == Principal("boss", frozenset({"read"}), by_ticket=True)
    assert scope["query_string"] == b""


def test_a_ticket_is_not_used_up_beside_a_token(login: Login) -> None:
    """The token is enough."""
    query = b"ticket=" + login.give_ticket("boss").text.encode()
    assert principal_of(ask(login, query=query, headers=bearer(READER))[0]).name == "reader"
    assert principal_of(ask(login, query=query)[0]).name == "boss"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_a_ticket_is_for_getting(login: Login, method: str) -> None:
    """Nothing is changed by opening an address; the ticket is still good afterwards."""
    query = b"ticket=" + login.give_ticket("boss").text.encode()
    with pytest.raises(Refused) as refused:
        ask(login, query=query, method=method)
    assert refused.value.status == 401
    ask(login, query=query)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([], "a token is needed"),
        (bearer(OTHER), "not known here"),
        (bearer(EXPIRED), "the token of late has expired"),
        (bearer("\xe9"), "once, as `Bearer`"),
        (bearer(READER) * 2, "once, as `Bearer`"),
        ([(b"authorization", b"Basic abc")], "once, as `Bearer`"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(
    login: Login, headers: list[tuple[bytes, bytes]], words: str
) -> None:
    """In words, and by the header that programs look at; the token is not repeated."""
    with pytest.raises(Refused, match=words) as refused:
        ask(login, headers=headers)
    assert refused.value.status == 401
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")
    assert "hd_" not in refused.value.detail


def test_without_a_login_everybody_may_do_everything() -> None:
    """Whatever they send."""
    assert principal_of(ask(None)[0]) == ANYBODY
    assert principal_of(ask(None, headers=bearer("x"))[0]) == ANYBODY
    assert all(ANYBODY.may(each) for each in ("read", "submit", "admin"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", True),
        ("/ui/app.js", True),
        ("/apix", True),
        ("/api/v1/health", True),
        ("/api/v1/openapi.json", True),
        ("/api/v1/docs", True),
        ("/api", False),
        ("/api/", False),
        ("/api/v1/health/", False),
        ("/api/v1/docs/x", False),
        ("/api/v2/health", False),
        ("/metrics", False),
        ("/metrics/", False),
    ],
)
def test_pages_are_open_and_what_they_show_is_not(path: str, expected: bool) -> None:  # noqa: FBT001
    """A page says nothing by itself."""
    assert is_open(path) is expected


def test_where_all_is_open_nobody_is_asked(login: Login) -> None:
    """A stale token does no harm there, and a good one gives no right."""
    for secret in (OTHER, ADMIN):
        scope, _ = ask(login, "/api/v1/health", headers=bearer(secret))
        assert principal_of(scope) == NOBODY
        assert not principal_of(scope).may("read")


def test_who_listens_is_cut_off_with_the_token(path: Path) -> None:
    """At the next word, as if the client had gone; even if somebody else has the name now."""
    clock, behind, told = Clock(0.0), Behind(), []  # type: ignore[var-annotated]

    def revoke() -> None:
        if len(told) == 1:
            write(path, [entry("reader", OTHER)])
            clock.now = 2.0

    behind.before_each = revoke
    login = login_of(path, Clock(), clock)
    with pytest.raises(OSError, match="not valid any more"):
        ask(login, headers=bearer(READER), behind=behind, told=told, type="websocket")
    assert [each["type"] for each in told] == ["websocket.send", "websocket.close"]
    assert told[-1]["code"] == 1008


def test_who_listens_with_a_good_token_is_left_alone(login: Login) -> None:
    """As long as it is one."""
    _, told = ask(login, headers=bearer(READER), type="websocket")
    assert [each["type"] for each in told] == ["websocket.send"] * 3


def test_a_scope_without_a_door_gives_no_right() -> None:
    """Should a route ever be reached by another way."""
    assert principal_of({"type": "http"}) == NOBODY
    assert principal_of({"state": {"principal": "boss"}}) == NOBODY


def test_an_exchanged_secret_and_its_tickets_last_as_long_as_each_other(tmp_path: Path) -> None:
    """Both end when the time is over that the old secret was kept for."""
    clock, previous = Clock(), {"hash": key_of(READER).hex(), "expires_at": NOW + 10}
    file = write(tmp_path / "t.json", [entry("ann", OTHER, previous=previous)])
    login = login_of(file, clock)
    known = login.by_secret(READER)
    assert login.is_valid(known)
    clock.now = NOW + 10
    assert not login.is_valid(known)
    with pytest.raises(Refused, match="expired"):
        login.by_secret(READER)
    assert login.by_secret(OTHER).principal.name == "ann"
