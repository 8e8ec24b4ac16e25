"""The generations of the views, for people."""

from collections.abc import Sequence

from hyperdock_cli.rendering.tables import Table
from hyperdock_common.ports import Generation


def generations_table(generations: Sequence[Generation], head: int) -> Table:
    """A row for each: which it is, and how far it is behind the log."""
    rows = [
        (
            each.view,
            each.role.value,
            str(each.number),
            f"{each.position:,}",
            f"{max(head - each.position, 0):,}",
            "" if each.version is None else str(each.version),
        )
        for each in generations
    ]
    headings = ("view", "role", "generation", "position", "behind", "version")
    return Table(headings=headings, rows=rows, numbers=frozenset(headings[2:]))
