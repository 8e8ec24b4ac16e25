"""Ports with a tap: a test decides what becomes of each call; the real adapter does the rest."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

T = TypeVar("T")


Tap: TypeAlias = Callable[[str, tuple[Any, ...], Callable[[], Any]], Any]
"""Is asked to make each call: its name, its arguments, and what makes it."""


class _Tapped:
    def __init__(self, port: object, tap: Tap) -> None:
        self._port = port
        self._tap = tap

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        def through_the_tap(*args: Any, **options: Any) -> Any:
            return self._tap(name, args, lambda: method(*args, **options))

        return through_the_tap


def tapped(port: T, tap: Tap) -> T:
    """The same port, each of its calls made by the tap."""
    return cast(T, _Tapped(port, tap))


class Outage:
    """A tap: while it lasts, the named calls raise.

    Attributes:
        lasts: whether it does.
        hits: how many calls it has met.
    """

    def __init__(self, error: Exception, *names: str, lasts: bool = True) -> None:
        self._error = error
        self._names = names
        self.lasts = lasts
        self.hits = 0

    def __call__(
        self,
        name: str,
        args: tuple[Any, ...],  # noqa: ARG002 - any call of that name
        call: Callable[[], Any],
    ) -> Any:
        """See `Tap`."""
        if self.lasts and name in self._names:
            self.hits += 1
            raise self._error
        return call()
