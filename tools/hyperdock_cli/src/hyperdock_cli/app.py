"""The `hyperdock` command: its groups, found by name and loaded only when they are called."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click
from click.core import ParameterSource

from hyperdock_cli.boundary import Boundary
from hyperdock_cli.faults import EXIT_CODES
from hyperdock_cli.launch import Outside
from hyperdock_cli.session import STATE_HELP, URL_HELP, Session, state_path, whole_path, with_scheme

_COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "init": "Write a commented trial file to begin with.",
        "run": "Run a trial to its end, with live progress.",
        "up": "Start everything in one process and keep it running.",
        "trial": "List, show, stop, pause and resume trials.",
        "job": "Show jobs and their logs.",
        "worker": "List workers.",
        "check": "Check that everything holds that must always hold.",
    }
)


class Commands(Boundary):
    """The commands by name; asking for help on all of them loads none."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order in which a newcomer meets them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """One command, loaded now."""
        if name not in _COMMANDS:
            return None
        command: Any = getattr(import_module(f"hyperdock_cli.commands.{name}"), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of the commands in the help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--state",
    type=state_path,
    envvar="HYPERDOCK_STATE",
    show_envvar=True,
    help=STATE_HELP,
)
@click.option("--url", envvar="HYPERDOCK_URL", show_envvar=True, help=URL_HELP)
@click.option("--debug", is_flag=True, envvar="HYPERDOCK_DEBUG", hidden=True)
@click.version_option(package_name="hyperdock-cli", prog_name="hyperdock")
@click.pass_context
def cli(ctx: click.Context, state: Path | None, url: str | None, debug: bool) -> None:  # noqa: ARG001, FBT001
    """Hyperdock optimizes the hyperparameters of anything that runs in a Docker image.

    \b
    Begin with:
      hyperdock init trial.yaml
      hyperdock run trial.yaml

    --state and --url may also stand behind a command. Errors are one line; set HYPERDOCK_DEBUG=1
    to see where they come from.
    """  # noqa: D301 - click's \b keeps lines apart
    if _typed(ctx, "state") and not _typed(ctx, "url"):
        url = None  # a folder that is named here beats a URL from the environment
    ctx.obj = Session(
        outside=ctx.obj or Outside(),
        state=whole_path(state or Path("~/.hyperdock")),
        url=url and with_scheme(url),
    )


def _typed(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
