"""How a long check tells how far it is."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being checked, how many of it are done, and how many there are."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tells nothing."""
