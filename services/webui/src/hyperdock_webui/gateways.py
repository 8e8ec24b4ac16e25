"""The gateways behind the web UI: which one is asked, and which when that does not answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from hyperdock_common.web import Refused

_PROBE_TIMEOUT = 3.0
_AILING = 500


class GatewaysAway(Refused):
    """Raised when no gateway answers; `status` is what a browser is told."""

    def __init__(self, detail: str, status: int = 502) -> None:
        super().__init__(status, detail)


@dataclass(frozen=True, slots=True)
class GatewayUrl:
    """Where a gateway is, e.g. `http://localhost:8421`."""

    url: str

    @property
    def host(self) -> str:
        """What it is called in a Host header."""
        return urlsplit(self.url).netloc

    def http(self, target: str) -> str:
        """The URL of a path with its query."""
        return self.url + target

    def websocket(self, target: str) -> str:
        """The same for a WebSocket."""
        return "ws" + self.url.removeprefix("http") + target


class Gateways:
    """Some gateways; the one that answered last is asked first."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._all = tuple(GatewayUrl(url.rstrip("/")) for url in urls)
        self._first = 0

    def in_turn(self) -> Iterator[GatewayUrl]:
        """All of them, beginning with the one that answers as far as is known.

        Whoever goes on to the next one says that this one did not answer.
        """
        for _ in self._all:
            chosen = self._all[self._first]
            yield chosen
            self.pass_over(chosen)

    def pass_over(self, silent: GatewayUrl) -> None:
        """Has the next one asked from now on, unless somebody else has found out before."""
        if self._all[self._first] is silent:
            self._first = (self._first + 1) % len(self._all)

    def problem(self) -> str | None:
        """What is wrong: not one of them lives; None if one does."""
        problems = []
        for each in self._all:
            try:
                answer = httpx.get(each.http("/livez"), timeout=_PROBE_TIMEOUT, trust_env=False)
            except httpx.HTTPError as error:
                problems.append(f"{each.url} does not answer ({type(error).__name__})")
                continue
            if answer.status_code < _AILING:
                return None
            problems.append(f"{each.url} says {answer.status_code}")
        return "; ".join(problems)
