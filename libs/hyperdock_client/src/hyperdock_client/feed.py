"""The live feed's side of a reader: where it stands, what is new to it, how often it may fail."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from hyperdock_client import calls
from hyperdock_client.documents import Event
from hyperdock_client.errors import KINDS, ApiError, HyperdockClientError, Refused, Unreachable
from hyperdock_client.flows import Flow, ask
from hyperdock_client.requests import convert

BROKEN = (OSError, TimeoutError, EOFError, ConnectionClosed, InvalidHandshake)
LARGEST_FRAME = 16 * 1024 * 1024
_PAUSES = (0.1, 0.3, 1.0, 2.0, 5.0, 5.0, 10.0, 10.0, 10.0)
_SERVER_AT_FAULT = 500
_TOO_MANY = 429


def ticketed(token: str | None) -> Flow[str | None]:
    """A ticket to connect with, where one is needed: a token has no place in an address."""
    if token is None:
        return None
    try:
        return (yield from ask(calls.ticket())).ticket
    except Refused:  # there is no login
        return None


class Reader:
    """Reads the feed over any number of connections; each goes on where the one before ended."""

    def __init__(self, url: str, after: int | None, topics: str | Sequence[str]) -> None:
        self._url = url
        self._after = after
        self._topics = topics if isinstance(topics, str) else ",".join(topics)
        self._failures = 0

    def address(self, ticket: str | None) -> str:
        """Where to connect to."""
        query = {"after": self._after, "topics": self._topics, "ticket": ticket}
        given = urlencode({name: value for name, value in query.items() if value not in (None, "")})
        return f"{self._url.replace('http', 'ws', 1)}/api/v1/events{given and '?'}{given}"

    def take(self, text: str | bytes) -> Iterator[Event]:
        """The event of a frame, unless it was read before."""
        self._failures = 0
        frame: Any = msgspec.json.decode(text)
        position = frame.get("position")
        if not isinstance(position, int) or (self._after is not None and position <= self._after):
            return
        self._after = position
        if frame.get("kind", "event") == "event":
            yield convert(frame, Event)

    def lost(self, error: Exception | None) -> float:
        """The connection has ended: how many seconds to wait before the next one.

        Raises:
            ApiError: the gateway says no.
            Unreachable: it has been away for too long.
        """
        if isinstance(error, InvalidStatus):
            status, reason = error.response.status_code, error.response.reason_phrase
            if status < _SERVER_AT_FAULT and status != _TOO_MANY:
                kind = KINDS.get(status, ApiError)
                raise kind(status, f"{status} {reason}", _detail(error.response.body)) from error
        if isinstance(error, HyperdockClientError) and not error.may_pass:
            raise error
        if self._failures >= len(_PAUSES):
            why = str(error) or type(error).__name__
            raise Unreachable(self._url, why) from error
        self._failures += 1
        return _PAUSES[self._failures - 1]


def _detail(body: bytes | bytearray | None) -> str:
    try:
        return str(msgspec.json.decode(body or b"")["detail"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""
