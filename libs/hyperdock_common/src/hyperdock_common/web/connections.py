"""Connections as `WebServer` keeps them: nobody holds one by saying little, or by never ending.

The server beneath waits for the rest of a request for as long as it takes, and reads on when it has
answered already: whoever sends a byte now and then would keep a connection for ever.
"""

import asyncio
import enum
from asyncio.transports import BaseTransport
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from hyperdock_common.web.guard import SAFETY
from hyperdock_common.web.problems import problem_response

_MOST_WASTED: Final = 16 * 2**20
"""Bytes that are read of requests that were answered already."""
_BODY: Final = frozenset({b"content-length", b"transfer-encoding"})


class _Waits(enum.Enum):
    """What a client still has to send, and the seconds that it has for all of it."""

    HEAD = 10.0
    BODY = 120.0
    REST = 2.0  # of a request that was answered; it is read so that the answer can be, too


class Connection(H11Protocol):
    """One client over HTTP."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waits: _Waits | None = None
        self._wasted = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        super().connection_made(transport)  # type: ignore[arg-type]  # it asks for less
        self._wait_for(_Waits.HEAD)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        super().data_received(data)
        self._wait_for(self._missing())
        if self._waits is _Waits.REST:
            self._wasted += len(data)
            if self._wasted > _MOST_WASTED:
                self._cut_off()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._wait_for(None)
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """What the client has not sent by now is of no use any more."""
        super().on_response_complete()
        self._wait_for(self._missing())

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on it is another protocol's affair, which knows nothing of bodies."""
        self._wait_for(None)
        sent = dict(self.headers)
        is_usual = sent.get(b"sec-websocket-version") == b"13" and b"sec-websocket-key" in sent
        if is_usual and not _BODY & sent.keys():
            super().handle_websocket_upgrade(event)
        else:
            self.send_400_response("A WebSocket begins with a key, at version 13, without a body.")

    def send_400_response(self, msg: str) -> None:
        """The answer to what is no HTTP, in our own words; none where another one has begun."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            problem = problem_response(400, msg, headers={**SAFETY, "Connection": "close"})
            head = h11.Response(status_code=400, headers=problem.raw_headers, reason=b"Bad Request")
            for each in (head, h11.Data(data=bytes(problem.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(each) or b"")
        if self.cycle is not None:
            self.cycle.disconnected = True  # so that no handler says more
            self.cycle.message_event.set()
        self.transport.close()

    def _missing(self) -> _Waits | None:
        match self.conn.their_state:
            case h11.SEND_BODY:
                answered = self.cycle is not None and self.cycle.response_complete
                return _Waits.REST if answered else _Waits.BODY
            case h11.IDLE if self.cycle is None or self.conn.trailing_data[0]:
                return _Waits.HEAD
            case _:
                return None

    def _wait_for(self, what: _Waits | None) -> None:
        """Sets the deadline; it stays where it is while the same is waited for."""
        if what is self._waits:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._waits = what
        self._deadline = None if what is None else self.loop.call_later(what.value, self._cut_off)

    def _cut_off(self) -> None:
        self.transport.close()
