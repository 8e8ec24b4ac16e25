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


def show_text(text: str) -> None:
    """Prints a text from outside as it is, except for what would drive a terminal that is there."""
    if sys.stdout.isatty():
        lines = text.expandtabs().split("\n")
        text = "\n".join("".join(_harmless(each) for each in line) for line in lines)
    click.echo(text)


def _harmless(character: str) -> str:
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


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
