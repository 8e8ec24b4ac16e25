"""One thing that was looked at, and what to do about it."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Level: TypeAlias = Literal["ok", "warning", "problem"]

GIB: Final = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a look at one thing has found.

    Attributes:
        about: what was looked at, in a word or two.
        level: a warning is worth knowing, a problem keeps something from working.
        remedy: what to do; empty where nothing is to be done.
    """

    about: str
    level: Level
    text: str
    remedy: str = ""


def ok(about: str, text: str) -> Finding:
    """All is well."""
    return Finding(about=about, level="ok", text=text)


def warning(about: str, text: str, remedy: str) -> Finding:
    """It works, but not as well as it could."""
    return Finding(about=about, level="warning", text=text, remedy=remedy)


def problem(about: str, text: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(about=about, level="problem", text=text, remedy=remedy)
