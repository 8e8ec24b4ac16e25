"""Options that several commands have."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from hyperdock_worker.data_root import DataRoot, data_roots

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def _distinct(_ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    try:
        data_roots(value)
    except ValueError as error:
        raise click.BadParameter(str(error), param=param) from error
    return value


_ENGINE = (
    click.option(
        "--slots",
        type=click.IntRange(1, 10_000),
        envvar="HYPERDOCK_SLOTS",
        help="Jobs to run at the same time.  [default: the number of GPUs, else of processors]",
    ),
    click.option(
        "--gpus",
        default="",
        envvar="HYPERDOCK_GPUS",
        help="GPUs for trials that ask for some: how many (4), or which (0,2); each slot has its"
        " own.  [default: none]",
    ),
    click.option(
        "--docker/--no-docker",
        default=None,
        help="Insist on Docker, or do without.  [default: Docker if an engine answers]",
    ),
    click.option(
        "--docker-host",
        metavar="URL",
        envvar="DOCKER_HOST",
        help="The Docker engine.  [default: DOCKER_HOST, or Docker's default socket]",
    ),
    click.option(
        "--holders/--no-holders",
        default=True,
        show_default=True,
        help="Keep a network namespace per slot, for faster container starts.",
    ),
    click.option(
        "--files",
        type=click.Choice(("auto", "bind", "copy")),
        default="auto",
        show_default=True,
        help="How containers get their files: copy where the engine sees another disk, or where you"
        " are not root and targets lock their files away.",
    ),
    click.option(
        "--network",
        type=click.Choice(("bridge", "none")),
        default="bridge",
        show_default=True,
        help="Network of containers whose trial names none.",
    ),
    click.option("--allow-privileged", is_flag=True, help="Run trials that ask to be privileged."),
    click.option(
        "--data-root",
        type=DataRoot(),
        multiple=True,
        callback=_distinct,
        envvar="HYPERDOCK_DATA_ROOT",
        help="Folder on the engine's host where the data of trials must be; with NAME=, of those "
        "that begin with the name. May be repeated.  [default: any]",
    ),
    click.option(
        "--secrets",
        type=click.Path(file_okay=False, exists=True, path_type=Path),
        envvar="HYPERDOCK_SECRETS",
        help="Folder of the secrets that trials may name, a file each.  [default: none]",
    ),
    click.option(
        "--policy",
        type=click.Path(dir_okay=False, exists=True, readable=True, path_type=Path),
        envvar="HYPERDOCK_POLICY",
        help="File that says which trials may run.  [default: all]",
    ),
    click.option(
        "--pool", default="default", show_default=True, help="Pool that the slots are of."
    ),
)


def engine_options(command: Command) -> Command:
    """Adds what says how jobs are run by the worker of this process."""
    for option in reversed(_ENGINE):
        command = option(command)
    return command


def given_again(engine: Mapping[str, Any]) -> list[str]:
    """The words for the engine's options that are not what they are by themselves."""
    words = {"slots": ["--slots", str(engine["slots"])], "pool": ["--pool", str(engine["pool"])]}
    words["gpus"] = ["--gpus", str(engine["gpus"])]
    words["docker"] = ["--docker" if engine["docker"] else "--no-docker"]
    words["docker_host"] = ["--docker-host", str(engine["docker_host"])]
    words["holders"] = ["--no-holders"]
    words["files"] = ["--files", str(engine["files"])]
    words["network"] = ["--network", str(engine["network"])]
    words["allow_privileged"] = ["--allow-privileged"]
    words["data_root"] = [
        word
        for name, path in engine["data_root"]
        for word in ("--data-root", f"{name}={path}" if name else str(path))
    ]
    words["secrets"] = ["--secrets", str(engine["secrets"])]
    words["policy"] = ["--policy", str(engine["policy"])]
    plain: dict[str, Any] = {"slots": None, "pool": "default", "docker": None, "docker_host": None}
    plain |= {
        "gpus": "",
        "holders": True,
        "files": "auto",
        "network": "bridge",
        "allow_privileged": False,
        "data_root": (),
        "secrets": None,
        "policy": None,
    }
    return [word for name in words if engine[name] != plain[name] for word in words[name]]
