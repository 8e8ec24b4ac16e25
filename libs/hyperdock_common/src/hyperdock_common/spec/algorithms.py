"""Which algorithms there are, by name, without importing any of them.

Importing nevergrad takes seconds, and the edge that refuses a wrong name has no other need of it:
its registry is kept here as a list, and a test of the supervisor compares the two.
"""

import difflib
from collections.abc import Mapping
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
    return frozenset(_lines("nevergrad_names.txt"))


@cache
def unusable_names() -> Mapping[str, str]:
    """Which of them cannot be used, and why, as bench/optimizer_registry.py found."""
    lines = (line.partition(" ") for line in _lines("nevergrad_unusable.txt"))
    return MappingProxyType({name: reason for name, _, reason in lines})


def check_algorithm(name: str, options: dict[str, object]) -> None:
    """Refuses an algorithm or an option that no supervisor has.

    Raises:
        InvalidTrial: naming the field, with the nearest names.
    """
    if name not in OWN and name not in nevergrad_names():
        known = [*OWN, *(nevergrad_names() - unusable_names().keys())]
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or _ignoring_case(name)
        hint = f"did you mean {', '.join(sorted(near))}? " if near else ""
        raise InvalidTrial(
            "algorithm.name",
            f"unknown algorithm {name!r}; {hint}known are {', '.join(OWN)} and nevergrad's names",
        )
    if name in unusable_names():
        raise InvalidTrial("algorithm.name", f"{name} {unusable_names()[name]}; name another one")
    allowed = OWN.get(name, frozenset())
    for option in options:
        if option not in allowed:
            raise InvalidTrial(
                f"algorithm.options.{option}",
                f"{name} has no such option; it takes {', '.join(sorted(allowed)) or 'none'}",
            )
    if not isinstance(options.get("scramble", True), bool):
        raise InvalidTrial("algorithm.options.scramble", "must be true or false")


def _lines(file: str) -> list[str]:
    text = files("hyperdock_common.spec").joinpath(file).read_text("ascii")
    return [line.strip() for line in text.splitlines() if line and not line.startswith("#")]


def _ignoring_case(name: str) -> list[str]:
    return [known for known in nevergrad_names() if known.lower() == name.lower()]
