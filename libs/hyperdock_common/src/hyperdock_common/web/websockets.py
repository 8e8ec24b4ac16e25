"""WebSockets as `WebServer` serves them: what many clients get is made into a frame once.

A server's frames are not masked, so they are the same bytes for every client. An app that has some
sends them with `frames_message`, as many in one message as it likes; only `WebServer` knows it.
"""

import socket
from asyncio.transports import BaseTransport
from collections.abc import Sequence
from typing import Any, Final

from starlette.types import Message
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State

FRAMES: Final = "hyperdock.frames"
"""The key under which such a message holds its frames."""

_UNREAD: Final = 64 * 1024


def text_frame(text: bytes) -> bytes:
    """The frame that carries a text, given in UTF-8."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


def frames_message(frames: Sequence[bytes]) -> Message:
    """What an app sends to have whole frames sent as they are, in one go."""
    return {"type": "websocket.send", FRAMES: frames}


class WebSockets(WebSocketsSansIOProtocol):
    """One client. The system holds little for one who does not read, so that it is soon seen."""

    def connection_made(self, transport: BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, _UNREAD
        )

    async def send(self, message: Any) -> None:
        """As ASGI asks. A close does not wait for a client who does not read."""
        if message["type"] == "websocket.close":
            self.writable.set()
        frames = message.get(FRAMES)
        if frames is None:
            await super().send(message)
            return
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected or self.transport.is_closing() or self.conn.state is not State.OPEN:
            raise ClientDisconnected
        self.transport.writelines(frames)
