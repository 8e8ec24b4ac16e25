"""Prints parts: drawn where a terminal is, as plain text elsewhere."""

import json
import sys
from collections.abc import Sequence
from typing import IO

import click

from hyperdock_cli.rendering.tables import Part, plain


def show(parts: Sequence[Part], stream: IO[str] | None = None) -> None:
    """Prints parts, with an empty line between them, to standard output or another stream."""
    stream = stream or sys.stdout
    if stream.isatty():
        _draw(parts, stream)
    else:
        click.echo("\n\n".join(plain(part) for part in parts), file=stream)


def show_json(value: object) -> None:
    """Prints a JSON document, indented."""
    click.echo(json.dumps(value, indent=2))


def _draw(parts: Sequence[Part], stream: IO[str]) -> None:
    from rich.console import Console  # noqa: PLC0415 - slow, and of use on a terminal only

    from hyperdock_cli.rendering.rich_tables import drawn  # noqa: PLC0415

    console = Console(file=stream, highlight=False)
    for index, part in enumerate(parts):
        if index and isinstance(part, str):
            console.print()
        console.print(drawn(part), soft_wrap=isinstance(part, str))  # paths stay in one piece
