"""What the worker's targets get: the Docker engine, GPUs, variables, and data they may see."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from hyperdock_common.service.command import setting
from hyperdock_common.service.options import folder
from hyperdock_worker.data_root import DataRoot, DataRoots, data_roots

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What the worker's command was told about Docker.

    Attributes:
        docker: whether it is used at all.
        environ: DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, as Docker understands them.
        gpus: as given, e.g. `4` or `0,2`.
        environment: variables for every target.
        data_roots: the folders, on the engine's host, that a trial's data must be in.
        secrets: the folder of the secrets that trials may name.
        files: how files reach the containers: `auto`, `bind` or `copy`.
    """

    docker: bool
    environ: Mapping[str, str]
    gpus: str
    privileged: bool
    environment: Mapping[str, str] = field(repr=False)
    data_roots: DataRoots
    secrets: Path | None
    network: str
    holders: bool
    files: str


_OPTIONS: Final = (
    setting("--docker/--no-docker", default=True, help="Run trials that name an image."),
    setting(
        "--docker-host",
        metavar="URL",
        envvar=["HYPERDOCK_DOCKER_HOST", "DOCKER_HOST"],
        help="The Docker engine.  [default: Docker's default socket]",
    ),
    setting(
        "--docker-tls-verify",
        metavar="1",
        envvar=["HYPERDOCK_DOCKER_TLS_VERIFY", "DOCKER_TLS_VERIFY"],
        help="If set, speak TLS to the engine and check its certificate.",
    ),
    setting(
        "--docker-cert-path",
        type=folder,
        envvar=["HYPERDOCK_DOCKER_CERT_PATH", "DOCKER_CERT_PATH"],
        help="Where ca.pem, cert.pem and key.pem for the engine are.",
    ),
    setting(
        "--gpus",
        default="",
        show_default=False,
        metavar="COUNT|IDS",
        help="GPUs to share out evenly among the slots: 4, or 0,2,GPU-uuid.  [default: none]",
    ),
    setting(
        "--privileged/--no-privileged",
        default=False,
        help="Run trials that ask to be privileged, that is: for root on the engine's host.",
    ),
    setting(
        "--data-root",
        type=DataRoot(),
        multiple=True,
        help="Folder on the engine's host where the data of trials must be; with NAME=, of those "
        "that begin with the name. May be repeated.  [default: any]",
    ),
    setting(
        "--secrets",
        type=folder,
        help="Folder of the secrets that trials may name, a file each.  [default: none]",
    ),
    setting(
        "--network",
        type=click.Choice(("bridge", "none")),
        default="bridge",
        help="Network of containers whose trial names none.",
    ),
    setting(
        "--holders/--no-holders",
        default=True,
        help="Keep a network namespace per slot, for faster container starts.",
    ),
    setting(
        "--files",
        type=click.Choice(("auto", "bind", "copy")),
        default="auto",
        help="How files reach the containers; copy needs no path that engine and worker share.",
    ),
)


def engine_options(command: Command) -> Command:
    """Adds what says how containers are run."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_gpus(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The GPUs must be ones, and the slots must be able to share them evenly."""
    from hyperdock_worker.docker_engine.gpus import gpus_per_slot, parse_gpus  # noqa: PLC0415

    try:
        gpus_per_slot(parse_gpus(params["gpus"] or ""), params["slots"] or 1)
    except ValueError as error:
        yield "gpus", str(error)


def check_data_roots(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """No two data roots may have the same name."""
    try:
        data_roots(params["data_root"] or ())
    except ValueError as error:
        yield "data_root", str(error)


def engine_settings(params: Mapping[str, Any]) -> EngineSettings:
    """What `engine_options` were set to."""
    environ = {
        "DOCKER_HOST": params["docker_host"],
        "DOCKER_TLS_VERIFY": params["docker_tls_verify"],
        "DOCKER_CERT_PATH": params["docker_cert_path"],
        "HOME": Path("~").expanduser(),
    }
    return EngineSettings(
        docker=params["docker"],
        environ={name: str(value) for name, value in environ.items() if value},
        gpus=params["gpus"] or "",
        privileged=params["privileged"],
        environment=dict(params["env"]),
        data_roots=data_roots(params["data_root"]),
        secrets=params["secrets"] and params["secrets"].expanduser(),
        network=params["network"],
        holders=params["holders"],
        files=params["files"],
    )
