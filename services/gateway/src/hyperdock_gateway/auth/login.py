"""Who is it: the secret or the ticket of a request, looked up; and what is open to everybody."""

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperdock_common.web import Refused
from hyperdock_gateway.auth.principal import ANYBODY, NOBODY, Principal, implied
from hyperdock_gateway.auth.tickets import Ticket, Tickets
from hyperdock_gateway.auth.token_file import TokenFile
from hyperdock_gateway.auth.tokens import key_of

_CLOSED: Final = ("/api", "/metrics")
_OPEN: Final = frozenset({"/api/v1/health", "/api/v1/openapi.json", "/api/v1/docs"})
_TICKET: Final = "ticket"
_BEARER: Final = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)
_POLICY_VIOLATED: Final = 1008
_ASK: Final = "`hyperdock token create NAME` makes one"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was let in, and the key of the token that it was by."""

    principal: Principal
    key: bytes


class Login:
    """Knows the tokens, and gives tickets. Used by the event loop alone.

    Args:
        tokens: the file of the tokens.
        clock: wall clock, seconds since 1970.
        random_bytes: so many unpredictable bytes.
    """

    def __init__(
        self,
        tokens: TokenFile,
        clock: Callable[[], float],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self._tickets = Tickets(clock, random_bytes)

    def by_secret(self, secret: str) -> Known:
        """Who has this secret.

        Raises:
            Refused: nobody has, or not any more.
        """
        key = key_of(secret)
        token = self._tokens.current().holder(key)
        if token is None:
            log.info("login_refused", reason="no such token")
            remedy = "it may have been revoked, or be of another system"
            raise unauthorized(f"this token is not known here; {remedy}; {_ASK}", wrong=True)
        if key not in token.keys(self._clock()):
            log.info("login_refused", reason="expired", token=token.name)
            remedy = f"`hyperdock token rotate {token.name}` gives it a new secret"
            raise unauthorized(f"the token of {token.name} has expired; {remedy}", wrong=True)
        return Known(Principal(token.name, implied(token.scopes)), key)

    def by_ticket(self, text: str) -> Known:
        """Whose ticket this is; it opens nothing but reading, whatever its token may do.

        Raises:
            Refused: it is forged, expired or used.
        """
        taken = self._tickets.take(text, self._keys_of)
        if taken is None:
            log.debug("ticket_refused")
            problem = "this ticket is used, expired or not of this system"
            raise unauthorized(f"{problem}; get a new one with POST /api/v1/tickets", wrong=True)
        name, key = taken
        return Known(Principal(name, implied(("read",)), by_ticket=True), key)

    def is_valid(self, known: Known) -> bool:
        """Whether whoever was let in would be let in now."""
        return known.key in self._keys_of(known.principal.name)

    def give_ticket(self, name: str) -> Ticket:
        """A ticket for the token of this name.

        Raises:
            Refused: there is no such token any more.
        """
        keys = self._keys_of(name)
        if not keys:
            raise unauthorized(f"the token is gone; {_ASK}")
        return self._tickets.make(name, keys[0])

    def _keys_of(self, name: str) -> tuple[bytes, ...]:
        token = self._tokens.current().named(name)
        return () if token is None else token.keys(self._clock())


class LoginDoor:
    """ASGI middleware: says who asks, and refuses whoever does not say so.

    It puts a `Principal` into `scope["state"]["principal"]`, and takes what opened the door out of
    the scope: no handler and no log gets to see a token or a ticket.

    Args:
        app: what is behind it.
        login: who is let in; None: everybody.
    """

    def __init__(self, app: ASGIApp, *, login: Login | None) -> None:
        self._app = app
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; as ASGI asks.

        Raises:
            Refused: who asks is not known, and what is asked for is not open.
        """
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        tickets, credentials = _take_tickets(scope), _take_credentials(scope)
        state = scope.setdefault("state", {})
        if self._login is None:
            state["principal"] = ANYBODY
        elif is_open(scope["path"]):
            state["principal"] = NOBODY
        else:
            known = _identified(self._login, scope, credentials, tickets)
            state["principal"] = known.principal
            if scope["type"] == "websocket":
                send = _Watched(send, self._login, known).send
        await self._app(scope, receive, send)


def is_open(path: str) -> bool:
    """Whether this is served to everybody: the pages are, the API is not but for a few paths."""
    closed = any(path == each or path.startswith(f"{each}/") for each in _CLOSED)
    return path in _OPEN or not closed


def offers_secret(scope: Scope) -> bool:
    """Whether the request tries to log in by a token."""
    return any(name == b"authorization" for name, _ in scope["headers"])


def unauthorized(detail: str, *, wrong: bool = False) -> Refused:
    """The refusal of somebody who is not known.

    Args:
        detail: why, and what to do about it.
        wrong: whether they had said who they are.
    """
    challenge = 'Bearer error="invalid_token"' if wrong else "Bearer"
    return Refused(401, detail, headers={"WWW-Authenticate": challenge})


def _identified(login: Login, scope: Scope, credentials: list[str], tickets: list[str]) -> Known:
    if credentials:
        match = _BEARER.fullmatch(credentials[0])
        if len(credentials) > 1 or match is None:
            problem = "the Authorization header must be there once, as `Bearer` and the token"
            raise unauthorized(problem, wrong=True)
        return login.by_secret(match[1])
    if tickets and _may_be_a_link(scope):
        if len(tickets) > 1:
            raise unauthorized("one ticket at a time", wrong=True)
        return login.by_ticket(tickets[0])
    raise unauthorized(f"a token is needed: send `Authorization: Bearer TOKEN`; {_ASK}")


def _may_be_a_link(scope: Scope) -> bool:
    """Whether tickets are looked at; what of this is made for them is said by each operation."""
    gets = scope["type"] == "websocket" or scope["method"] == "GET"
    return gets and str(scope["path"]).startswith("/api/")


def _take_credentials(scope: MutableMapping[str, Any]) -> list[str]:
    headers = scope["headers"]
    scope["headers"] = [pair for pair in headers if pair[0] != b"authorization"]
    return [value.decode("latin-1") for name, value in headers if name == b"authorization"]


def _take_tickets(scope: MutableMapping[str, Any]) -> list[str]:
    """The tickets of the query, which has none afterwards."""
    query: bytes = scope.get("query_string", b"")
    if not query:
        return []
    kept, taken = [], []
    for part in query.split(b"&"):
        name, _, value = part.decode("latin-1").partition("=")
        if unquote_plus(name) == _TICKET:
            taken.append(unquote_plus(value))
        else:
            kept.append(part)
    if taken:
        scope["query_string"] = b"&".join(kept)
    return taken


class _Watched:
    """The way to a client that stays: it ends with the token that it began by."""

    def __init__(self, send: Send, login: Login, known: Known) -> None:
        self._send = send
        self._login = login
        self._known = known

    async def send(self, message: Message) -> None:
        """Sends a message, as long as the token is still valid.

        Raises:
            OSError: it is not; as if the client had gone, which is what handlers expect.
        """
        if message["type"] == "websocket.send" and not self._login.is_valid(self._known):
            reason = "the token is not valid any more"
            close = {"type": "websocket.close", "code": _POLICY_VIOLATED, "reason": reason}
            await self._send(close)
            raise OSError(reason)
        await self._send(message)
