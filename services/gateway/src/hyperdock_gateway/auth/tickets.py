"""Tickets: for a minute, and once, they open what a browser cannot send a header with.

A WebSocket, a download or an image takes no `Authorization` header, and a token has no business in
an address: addresses are kept in histories and logs. So who has a token asks for a ticket, and puts
that into the address.

A ticket is signed with the stored hash of its token. So any gateway with the same token file can
check it, whoever made it, and it dies with its token. But each gateway remembers only what was used
at itself: another one takes a used ticket once more, while it lasts.
"""

import base64
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

LIFE: Final = 60.0
_SKEW: Final = 30.0
"""Seconds that the clocks of two gateways may differ by, before a ticket seems to last too long."""

_PREFIX: Final = "hdt_"
_PURPOSE: Final = b"hyperdock ticket 1\0"
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, and until when it opens anything."""

    text: str
    expires_at: float


class Tickets:
    """Makes and takes tickets; used in one thread only.

    Args:
        clock: wall clock, seconds since 1970.
        random_bytes: so many unpredictable bytes.
    """

    def __init__(self, clock: Callable[[], float], random_bytes: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random_bytes = random_bytes
        self._used: dict[bytes, float] = {}

    def make(self, name: str, key: bytes) -> Ticket:
        """A ticket of the token of this name and key."""
        expires_at = self._clock() + LIFE
        nonce = _written(self._random_bytes(16))
        payload = json.dumps([name, expires_at, nonce]).encode()
        return Ticket(f"{_PREFIX}{_written(payload)}.{_written(_sign(key, payload))}", expires_at)

    def take(
        self, text: str, keys_of: Callable[[str], Iterable[bytes]]
    ) -> tuple[str, bytes] | None:
        """The name and the key of the ticket's token; the ticket is used up then.

        Args:
            text: the ticket as it was sent.
            keys_of: the keys that count now for a token of this name; none if there is no such.

        Returns:
            None where it opens nothing: forged, expired or used.
        """
        opened = _opened(text)
        if opened is None:
            return None
        payload, signature, name, expires_at = opened
        key = next((each for each in keys_of(name) if _signed(each, payload, signature)), None)
        now = self._clock()
        if key is None or not now < expires_at <= now + LIFE + _SKEW:
            return None
        self._forget(now)
        if signature in self._used:
            return None
        self._used[signature] = expires_at
        return name, key

    def _forget(self, now: float) -> None:
        """Lets go of what is over: nearly in the order in which it was used, so look no further."""
        while self._used:
            first = next(iter(self._used))
            if self._used[first] > now:
                return
            del self._used[first]


def _opened(text: str) -> tuple[bytes, bytes, str, float] | None:
    """Payload, signature, name and end of a ticket that looks like one."""
    body, _, signature = text.removeprefix(_PREFIX).partition(".")
    if not text.startswith(_PREFIX) or len(text) > _LONGEST:
        return None
    try:
        payload = _read(body)
        name, expires_at, _nonce = json.loads(payload)
        signed = _read(signature)
    except (ValueError, TypeError, RecursionError):
        return None
    if not isinstance(name, str) or not isinstance(expires_at, float):
        return None
    return payload, signed, name, expires_at


def _sign(key: bytes, payload: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + payload, "sha256")


def _signed(key: bytes, payload: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(_sign(key, payload), signature)


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
