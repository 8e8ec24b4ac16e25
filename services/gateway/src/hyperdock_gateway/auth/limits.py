"""How much one client may ask of a gateway; apart from who counts it, which loads much more."""

from dataclasses import dataclass
from typing import Final

from hyperdock_common.service.clients import Networks

_PER_WRITE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is too much.

    Attributes:
        failed_logins: wrong tokens a minute from one address.
        writes: requests a second that change something, by one token.
        websockets: that one token has open at the same time.
        proxies: addresses whose word about the client's own address counts.
    """

    failed_logins: int = 10
    writes: int = 50
    websockets: int = 500
    proxies: Networks = ()

    @property
    def requests(self) -> int:
        """All requests a second."""
        return _PER_WRITE * self.writes
