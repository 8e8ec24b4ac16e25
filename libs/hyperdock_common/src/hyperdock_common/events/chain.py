"""The hash chain over the log: one changed bit, and no later link is what it was.

The chain of a fact is a hash over the chain of the one before it and over what was recorded: the
position, the time and the very bytes. It says nothing of the store, so facts keep their chain
wherever they are carried. Whoever can write a store can write a new chain too: it is a noted link
(an anchor, kept elsewhere) that vouches for all before it.
"""

from hashlib import sha256
from struct import Struct
from typing import Final

GENESIS: Final = bytes(32)
"""What the first link builds on: of an empty log, or behind facts that have no chain."""

_place = Struct(">qd")


def link(previous: bytes, position: int, recorded_at: float, body: bytes) -> bytes:
    """The chain of a fact.

    Args:
        previous: the chain of the fact before it.
        position: its place in the log.
        recorded_at: hashed as the eight bytes of an IEEE 754 number, high ones first.
        body: the encoded envelope.
    """
    return sha256(previous + _place.pack(position, recorded_at) + body).digest()
