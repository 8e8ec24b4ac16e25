"""Shows something once, or with `--watch` again and again: drawn, as lines, or as JSON."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Final, Protocol

import click

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering.tables import Part, Table, plain
from hyperdock_cli.session import Session
from hyperdock_client import HyperdockClientError

_PERIOD: Final = 1.0

watch_option = click.option(
    "-w", "--watch", is_flag=True, help="Show it again whenever it changes, until Ctrl-C."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one look.

    Attributes:
        parts: for people.
        value: for scripts: a document, or a list of them.
        over: whether it will not change any more.
    """

    parts: Sequence[Part]
    value: Doc | Sequence[Doc]
    over: bool = False


class Screen(Protocol):
    """Where looks are shown, one after the other."""

    def show(self, seen: Look) -> None:
        """Shows the newest."""

    def close(self) -> None:
        """Leaves the last one where it is."""


def present(
    session: Session, look: Callable[[ApiClient], Look], *, as_json: bool, watch: bool
) -> None:
    """Shows what a look sees, once or until it is over; Ctrl-C is a good end."""
    with session.client() as client:
        if watch:
            _watch(session, client, look, _screen(sys.stdout, as_json=as_json))
            return
        seen = look(client)
    if as_json:
        show_json(seen.value)
    else:
        show(seen.parts)


def _watch(
    session: Session, client: ApiClient, look: Callable[[ApiClient], Look], screen: Screen
) -> None:
    lost = ""
    try:
        while True:
            try:
                seen = look(client)
            except HyperdockClientError as error:
                if not error.may_pass:
                    raise
                lost = _said_once(str(error), lost)
            else:
                lost = ""
                screen.show(seen)
                if seen.over:
                    return
            session.outside.pause(_PERIOD)
    except KeyboardInterrupt:
        return
    finally:
        screen.close()


def _said_once(problem: str, before: str) -> str:
    if problem != before:
        click.echo(f"warning: {problem}; trying again", err=True)
    return problem


def _screen(stream: IO[str], *, as_json: bool) -> Screen:
    if as_json:
        return JsonScreen()
    return DrawnScreen(stream) if stream.isatty() else LineScreen()


class JsonScreen:
    """Writes each document as a line, when it is new or has changed."""

    def __init__(self) -> None:
        self._before: list[Doc] = []

    def show(self, seen: Look) -> None:
        """Writes what is new."""
        value = seen.value
        documents = [value] if isinstance(value, Mapping) else list(value)
        for each in documents:
            if each not in self._before:
                click.echo(json.dumps(each))
        self._before = documents

    def close(self) -> None:
        """Lines stay where they are."""


class LineScreen:
    """Writes everything once, and then the rows and lines that have changed."""

    def __init__(self) -> None:
        self._before: set[Any] = set()
        self._first = True

    def show(self, seen: Look) -> None:
        """Writes what is new."""
        now: set[Any] = set()
        for part in seen.parts:
            now |= self._write(part)
        self._before, self._first = now, False

    def close(self) -> None:
        """Lines stay where they are."""

    def _write(self, part: Part) -> set[Any]:
        if isinstance(part, str):
            lines = set(part.splitlines())
            for line in part.splitlines():
                if line not in self._before:
                    click.echo(line)
            return lines
        new = [row for row in part.rows if _lasting(part, row) not in self._before]
        if new:
            text = plain(replace(part, rows=new)).splitlines()
            heads = 1 + bool(part.title)
            click.echo("\n".join(text if self._first else text[heads:]))
        return {_lasting(part, row) for row in part.rows}


class DrawnScreen:
    """Draws one screen over and over."""

    def __init__(self, stream: IO[str]) -> None:
        from rich.console import Console  # noqa: PLC0415 - slow, and of use on a terminal only
        from rich.live import Live  # noqa: PLC0415

        self._live = Live(console=Console(file=stream, highlight=False), auto_refresh=False)

    def show(self, seen: Look) -> None:
        """Draws the newest over the one before."""
        from rich.console import Group  # noqa: PLC0415 - as above

        from hyperdock_cli.rendering.rich_tables import drawn  # noqa: PLC0415

        self._live.start()
        self._live.update(Group(*map(drawn, seen.parts)), refresh=True)

    def close(self) -> None:
        """Leaves the last one where it is."""
        self._live.stop()


def _lasting(table: Table, row: tuple[str, ...]) -> tuple[str, ...]:
    """A row without what changes with the clock alone."""
    cells = zip(table.headings, row, strict=True)
    return (table.title, *(cell for heading, cell in cells if heading not in table.passing))
