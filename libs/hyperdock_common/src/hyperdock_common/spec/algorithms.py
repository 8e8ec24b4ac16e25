"""Which algorithms there are, by name, without importing any of them.

Importing nevergrad takes seconds, and the edge that refuses a wrong name has no other need of it:
its registry is kept here as a list, and a test of the supervisor compares the two.
"""

import difflib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from hyperdock_common.errors import InvalidTrial

OWN: Final = MappingProxyType(
    {
        "auto": frozenset[str](),
        "grid": frozenset({"points"}),
        "random": frozenset[str](),
        "sobol": frozenset({"scramble"}),
    }
)
"""Our own algorithms and the options that each takes. `auto` is the measured default."""


@cache
def nevergrad_names() -> frozenset[str]:
    """Every name in nevergrad's registry, of the version that the supervisor pins."""
    text = files("hyperdock_common.spec").joinpath("nevergrad_names.txt").read_text("ascii")
    return frozenset(text.split())


def check_algorithm(name: str, options: dict[str, object]) -> None:
    """Refuses an algorithm or an option that no supervisor has.

    Raises:
        InvalidTrial: naming the field, with the nearest names.
    """
    if name not in OWN and name not in nevergrad_names():
        known = [*OWN, *nevergrad_names()]
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or _ignoring_case(name)
        hint = f"did you mean {', '.join(sorted(near))}? " if near else ""
        raise InvalidTrial(
            "algorithm.name",
            f"unknown algorithm {name!r}; {hint}known are {', '.join(OWN)} and nevergrad's names",
        )
    allowed = OWN.get(name, frozenset())
    for option in options:
        if option not in allowed:
            raise InvalidTrial(
                f"algorithm.options.{option}",
                f"{name} has no such option; it takes {', '.join(sorted(allowed)) or 'none'}",
            )


def _ignoring_case(name: str) -> list[str]:
    return [known for known in nevergrad_names() if known.lower() == name.lower()]
