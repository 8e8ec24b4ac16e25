"""How commands that read a log itself are told where it is: a state folder, or a database."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
from click.core import ParameterSource

from hyperdock_cli.checked_system import Place
from hyperdock_cli.session import STATE_HELP, Session, state_path
from hyperdock_common.service.secrets import SecretFile, ServerUrl

P = ParamSpec("P")
R = TypeVar("R")

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def place_options(command: Callable[Concatenate[Place, P], R]) -> Callable[..., R]:
    """Adds --state, --mongodb and what belongs to them to a command, which gets the `Place`."""

    @click.option("--state", type=state_path, help=STATE_HELP)
    @click.option(
        "--mongodb",
        type=ServerUrl("mongodb", "mongodb+srv"),
        envvar="HYPERDOCK_MONGODB",
        show_envvar=True,
        help="The database of a distributed system, instead of a state folder.",
    )
    @click.option(
        "--mongodb-password-file",
        type=SecretFile(),
        envvar="HYPERDOCK_MONGODB_PASSWORD_FILE",
        help="A file with the password, in place of the one in the URL.",
    )
    @click.option(
        "--tls-ca", type=_file, envvar="HYPERDOCK_TLS_CA", help="Authorities of the servers."
    )
    @click.option(
        "--tls-cert",
        type=_file,
        help="Our certificate for the database, with its key in one file.",
    )
    @click.option(
        "--archive",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="HYPERDOCK_ARCHIVE",
        show_envvar=True,
        help="Folder of the database's archive, if it has one; a state folder has its own.",
    )
    @wraps(command)
    def with_place(
        *args: Any,
        state: Path | None,
        mongodb: str | None,
        mongodb_password_file: str | None,
        tls_ca: Path | None,
        tls_cert: Path | None,
        archive: Path | None,
        **kwargs: Any,
    ) -> R:
        context = click.get_current_context()
        session = context.find_object(Session)
        if session is None:
            raise RuntimeError("the root command makes the session")
        if session.url is not None or session.profile is not None:
            problem = "a gateway does not show its log: name the --state folder, or --mongodb"
            raise click.UsageError(problem)
        database = _one_of(context, state, mongodb)
        place = Place(
            state=session.at(state, None).state,
            mongodb=database,
            archive=archive if database is not None else None,
            mongodb_password=mongodb_password_file,
            ca=tls_ca,
            cert=tls_cert,
        )
        return command(place, *args, **kwargs)

    return with_place


def _one_of(context: click.Context, state: Path | None, mongodb: str | None) -> str | None:
    """The database, where no folder is named: one that is named beats a URL of the environment."""
    parents = (context.parent, context.find_root())
    typed = any(each is not None and _typed(each, "state") for each in parents)
    if mongodb is None or (state is None and not typed):
        return mongodb
    if _typed(context, "mongodb"):
        raise click.UsageError("--state and --mongodb are two systems: name one")
    return None


def _typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE
