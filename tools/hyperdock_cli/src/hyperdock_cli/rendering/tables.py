"""A table as data, and as aligned plain text; `rich_tables` draws the same one for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of texts under headings.

    Attributes:
        numbers: the headings to align to the right.
        passing: the headings of what changes with the clock alone.
    """

    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    title: str = ""
    numbers: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()


Part: TypeAlias = Table | str
"""One piece of what a command prints."""


def plain(part: Part) -> str:
    """A part as text: a table with its columns aligned, the rest as it is."""
    if isinstance(part, str):
        return part
    cells = [part.headings, *part.rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(part, row, widths) for row in cells]
    return "\n".join([f"{part.title}:", *lines] if part.title else lines)


def fields(pairs: Sequence[tuple[str, str]]) -> str:
    """Named values, one a line, aligned; those without a value are left out."""
    given = [(name, value) for name, value in pairs if value]
    width = max((len(name) for name, _ in given), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in given)


def _line(table: Table, row: tuple[str, ...], widths: Sequence[int]) -> str:
    cells = [
        f"{cell:>{width}}" if heading in table.numbers else f"{cell:<{width}}"
        for heading, cell, width in zip(table.headings, row, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()
