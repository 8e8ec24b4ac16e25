"""`hyperdock init`: a trial file to begin with."""

from importlib.resources import files
from pathlib import Path
from typing import Literal

import click

from hyperdock_cli.faults import REFUSED, Fault

_NEXT = {
    "image": (
        "It runs as it is where Docker does. To make it yours: name your image, and your space."
    ),
    "command": (
        "It runs as it is, without Docker. To make it yours: name your program, and your space."
    ),
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default=Path("trial.yaml"))
@click.option(
    "--image", "kind", flag_value="image", default="image", help="Target in an image (the default)."
)
@click.option("--command", "kind", flag_value="command", help="Target that is a program here.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
def init(file: Path, kind: Literal["image", "command"], *, force: bool) -> None:
    """Write a commented trial file to begin with.  [default: trial.yaml]

    \b
    Examples:
      hyperdock init
      hyperdock init my-trial.yaml --command
    """  # noqa: D301, D415
    text = template(kind)
    try:
        with file.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise Fault(f"{file} exists", "give another name, or --force", code=REFUSED) from error
    except OSError as error:
        raise Fault(f"cannot write {file}: {error.strerror}", code=REFUSED) from error
    click.echo(f"wrote {file}\n{_NEXT[kind]}\nNext: hyperdock run {file}")


def template(kind: Literal["image", "command"]) -> str:
    """The trial file to begin with, for a target in an image or for a command."""
    folder = files("hyperdock_cli").joinpath("templates")
    head = folder.joinpath(f"{kind}.yaml").read_text("utf-8")
    return head + folder.joinpath("rest.yaml").read_text("utf-8")
