"""Where the ids of what begins here come from: chance, or the `Idempotency-Key` of the call.

The same call with the same key gets the same ids, at whatever gateway and after whatever crash: so
it begins the same thing again, which is recorded once. Other content under the same key has the
same id as an event, and other ids of its own: so it is known for what it is.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeAlias

from hyperdock_common.errors import Problem
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Call

Chance: TypeAlias = Callable[[int], bytes]
"""So many bytes that nobody foresees, other ones with each call."""

HEADER = "Idempotency-Key"


def chance_of(call: Call[Any, Any], purpose: str) -> Chance:
    """The bytes for this call; `purpose` tells operations apart that are given the same key."""
    if call.key is None:
        return call.services.random_bytes
    begin = f"{call.actor or ''}\x00{purpose}\x00{call.key}".encode()
    drawn = 0

    def draw(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(begin + b"\x00" + str(drawn).encode()).digest(count)

    return draw


def digest_of(content: object) -> str:
    """The same eight letters for the same JSON values, and hardly ever for others."""
    written = json.dumps(content, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:8]


def used_otherwise() -> Refused:
    """The refusal of a key that began something else."""
    problem = "was used with another content; take a new one"
    return Refused(422, f"{HEADER}: {problem}", Problem(HEADER, problem))
