"""An event as a message body, and back: what the log could not take is neither sent nor read.

Other hands can put anything into the inbox. What cannot be stored must be known as poison when it
comes: found out later it would stop whoever stores it, and come again.
"""

from typing import Final

from hyperdock_common.errors import DecodeError
from hyperdock_common.events import Envelope
from hyperdock_common.events.codec import decode, encode

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of an event: a commit must hold it together with what follows from it."""


def to_body(envelope: Envelope) -> bytes:
    """The body of an event's message.

    Raises:
        ValueError, DecodeError: nobody could read it, or it is too large.
    """
    body = encode(envelope)
    decode(body)  # what nobody could read must not be confirmed
    if len(body) > LARGEST:
        raise ValueError(f"an event of {len(body)} bytes cannot travel: at most {LARGEST}")
    return body


def from_body(body: bytes) -> Envelope:
    """The event of a message.

    Raises:
        DecodeError: it is none that this release knows, or none that the log can take.
    """
    if len(body) > LARGEST:
        raise DecodeError(f"an event of {len(body)} bytes: at most {LARGEST}", body)
    return decode(body)
