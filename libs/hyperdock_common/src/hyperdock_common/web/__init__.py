"""What services that browsers reach have in common: a server, a door, problem documents.

Needs the `web` extra of this library; no other part of it imports this package.
"""

from hyperdock_common.web.guard import Guard
from hyperdock_common.web.problems import Refused, problem_response
from hyperdock_common.web.server import WebServer
from hyperdock_common.web.websockets import FRAMES, frames_message, text_frame

__all__ = [
    "FRAMES",
    "Guard",
    "Refused",
    "WebServer",
    "frames_message",
    "problem_response",
    "text_frame",
]
