"""The `hyperdock` command: its groups, found by name and loaded only when they are called."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import click

from hyperdock_cli.boundary import Boundary
from hyperdock_cli.completions import complete_profiles
from hyperdock_cli.faults import EXIT_CODES
from hyperdock_cli.launch import Outside
from hyperdock_cli.session import (
    KEY_HELP,
    PROFILE_HELP,
    STATE_HELP,
    URL_HELP,
    session_of,
    state_path,
)

_GROUPS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "To begin with": {
            "init": "Write a commented trial file to begin with.",
            "validate": "Check a trial file, and show what it would propose first.",
            "run": "Run a trial to its end, with live progress.",
            "submit": "Submit a trial, and leave it to itself.",
            "up": "Start everything in one process and keep it running.",
        },
        "To look and to steer": {
            "trial": "List, show, steer, change, copy and export trials.",
            "job": "List, show, stop, retry and retract jobs; their logs and files.",
            "worker": "List, show and drain workers.",
            "events": "List and follow what happened; copy, verify and archive the log.",
        },
        "Where, and who": {
            "login": "Keep a gateway and a token for it as a profile.",
            "logout": "Forget a profile.",
            "profile": "List profiles, and choose the one that counts.",
            "token": "Make, list, exchange and revoke tokens.",
            "notify": "Try out who is told what.",
        },
        "To see that all is well": {
            "doctor": "Look whether the installation works, and say what to do.",
            "check": "Check that everything holds that must always hold.",
            "replay": "Rebuild views, replay optimizers, and ask what would have been.",
            "completion": "Print what makes the Tab key work in a shell.",
        },
    }
)
_COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {name: text for group in _GROUPS.values() for name, text in group.items()}
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
        """The list of the commands in the help, by what they are for, in one column."""
        width = max(map(len, _COMMANDS))
        for title, group in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<{width}}", text) for name, text in group.items()])


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
@click.option(
    "--profile",
    metavar="NAME",
    envvar="HYPERDOCK_PROFILE",
    show_envvar=True,
    shell_complete=complete_profiles,
    help=PROFILE_HELP,
)
@click.option("--token", envvar="HYPERDOCK_TOKEN", show_envvar=True, help=KEY_HELP)
@click.option("--debug", is_flag=True, envvar="HYPERDOCK_DEBUG", hidden=True)
@click.version_option(package_name="hyperdock-cli", prog_name="hyperdock")
@click.pass_context
def cli(ctx: click.Context, /, **_: object) -> None:
    """Hyperdock optimizes the hyperparameters of anything that runs in a Docker image.

    \b
    Begin with:
      hyperdock init trial.yaml
      hyperdock run trial.yaml

    \b
    A command talks to the first of these that is named:
      1. --url, --profile or --state behind the command, then before it
      2. HYPERDOCK_URL, HYPERDOCK_PROFILE, HYPERDOCK_STATE
      3. the profile that `hyperdock login` or `hyperdock profile use` chose
      4. the `hyperdock up` of the state folder

    A token is --token, else HYPERDOCK_TOKEN (with a URL), else the one that the profile or the
    state folder has. In HYPERDOCK_TOKEN it is seen by nobody else on this machine.

    Errors are one line; set HYPERDOCK_DEBUG=1 to see where they come from.
    """  # noqa: D301 - click's \b keeps lines apart
    ctx.obj = session_of(ctx, ctx.obj or Outside())
