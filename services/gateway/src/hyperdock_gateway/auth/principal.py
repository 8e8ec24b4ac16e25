"""Who asks, and what they may do: known once the door has been passed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

SCOPES: Final = ("read", "submit", "admin")
"""From little to much; each implies those before it."""


def implied(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes with all that they imply."""
    highest = max((SCOPES.index(each) for each in scopes), default=-1)
    return frozenset(SCOPES[: highest + 1])


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        name: the name of the token; empty where there is no login.
        scopes: what they may do, with all that is implied.
        by_ticket: whether they came by a ticket, which opens only what is made for links.
    """

    name: str
    scopes: frozenset[str]
    by_ticket: bool = False

    def may(self, scope: str) -> bool:
        """Whether this scope is among theirs."""
        return scope in self.scopes


ANYBODY: Final = Principal("", implied(SCOPES))
"""Everybody, where there is no login."""

NOBODY: Final = Principal("", frozenset())
"""Whoever asks for what is open without saying who they are."""


def principal_of(scope: Mapping[str, Any]) -> Principal:
    """Who sent this request (an ASGI scope); nobody where no door has looked."""
    found = scope.get("state", _EMPTY).get("principal", NOBODY)
    return found if isinstance(found, Principal) else NOBODY


_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})
