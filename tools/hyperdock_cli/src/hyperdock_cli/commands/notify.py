"""`hyperdock notify`: looks whether those can be told who are to be told."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.options import as_json

if TYPE_CHECKING:  # takes time to load, which `hyperdock --help` need not
    from hyperdock_gateway.notify import Sent

_TITLE: Final = "A test message of Hyperdock"
_BODY: Final = "Whoever reads this is told what happens to trials and workers."


@click.group()
def notify() -> None:
    """Try out who is told what.

    The file is what `hyperdock up --notify FILE` and `hyperdock-gateway --notify FILE` get.

    \b
    Examples:
      hyperdock notify test notify.yaml
      hyperdock up --notify notify.yaml
    """  # noqa: D301


@notify.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def test(file: Path, *, as_json: bool) -> None:
    """Send a test message to each target and say how it went.

    Ends with 0 if it arrived everywhere.

    \b
    Examples:
      hyperdock notify test notify.yaml
    """  # noqa: D301
    results = _send(file)
    if as_json:
        told = {name: {"sent": sent.ok, "problem": sent.problem} for name, sent in results.items()}
        click.echo(json.dumps(told))
    else:
        for name, sent in results.items():
            click.echo(f"{name}: {'sent' if sent.ok else f'not sent: {sent.problem}'}")
    click.get_current_context().exit(0 if all(sent.ok for sent in results.values()) else 1)


def _send(file: Path) -> "Mapping[str, Sent]":
    from hyperdock_gateway.notify import InvalidNotify, Text, read_targets  # noqa: PLC0415 - slow

    try:
        settings, senders = read_targets(file, os.environ)
    except InvalidNotify as error:
        raise Fault(str(error), code=REFUSED) from error
    body = f"{_BODY}\n{settings.link}" if settings.link else _BODY
    return {name: sender.send(Text(_TITLE, body, "info")) for name, sender in senders.items()}
