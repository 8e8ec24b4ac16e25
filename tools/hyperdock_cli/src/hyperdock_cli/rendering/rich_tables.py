"""Tables for a terminal. Imported only where one is there: rich takes time to load."""

from rich import box
from rich.console import RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from hyperdock_cli.rendering.tables import Part, Table

_STYLES = {
    "running": "cyan",
    "stopping": "yellow",
    "paused": "yellow",
    "pending": "dim",
    "completed": "green",
    "succeeded": "green",
    "alive": "green",
    "failed": "red",
    "lost": "red",
    "stopped": "yellow",
    "cancelled": "yellow",
    "pruned": "yellow",
    "left": "dim",
    "draining": "yellow",
    "retracted": "yellow",
    "ok": "green",
    "warning": "yellow",
    "problem": "red",
}


def drawn(part: Part) -> RenderableType:
    """A part for a terminal; texts from outside are never read as markup."""
    return drawn_table(part) if isinstance(part, Table) else Text(part)


def drawn_table(table: Table) -> RichTable:
    """A table for a terminal."""
    title = Text(table.title, style="bold") if table.title else None
    drawing = RichTable(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for heading in table.headings:
        is_number = heading in table.numbers
        drawing.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in table.rows:
        drawing.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    return drawing
