"""Tables as plain text and as drawings."""

from rich.console import Console

from hyperdock_cli.rendering.rich_tables import drawn
from hyperdock_cli.rendering.tables import Table, fields, plain

TABLE = Table(
    title="best jobs",
    headings=("job", "loss"),
    rows=[("1", "0.5"), ("12", "0.25")],
    numbers=frozenset({"job"}),
)


def test_a_plain_table_is_aligned() -> None:
    """Numbers to the right, the rest to the left, no blanks at the ends."""
    assert plain(TABLE) == "best jobs:\njob  loss\n  1  0.5\n 12  0.25"


def test_an_empty_table_shows_its_headings() -> None:
    """No rows are no reason to fail."""
    assert plain(Table(headings=("a", "b"), rows=[])) == "a  b"


def test_fields_without_a_value_are_left_out() -> None:
    """Names are aligned among those that remain."""
    assert fields([("trial", "a"), ("finished", ""), ("x", "b")]) == "trial  a\nx      b"


def test_a_drawn_table_never_reads_markup() -> None:
    """A list among the params, or a mischievous name, is shown as it is."""
    console = Console(width=60, force_terminal=False)
    with console.capture() as captured:
        console.print(drawn(Table(headings=("name",), rows=[("[red]x[/red] [1, 2]",)])))
        console.print(drawn("[bold]plain[/bold]"))
    assert "[red]x[/red] [1, 2]" in captured.get()
    assert "[bold]plain[/bold]" in captured.get()
