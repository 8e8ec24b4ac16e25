"""`hyperdock doctor`: whether the installation works, and what to do where it does not."""

import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hyperdock_cli.options import as_json
from hyperdock_cli.session import Session, system_options

if TYPE_CHECKING:  # takes time to load, which the help need not
    from hyperdock_cli.diagnosis.finding import Finding

_LABELS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}
_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command()
@system_options
@click.option(
    "--docker/--no-docker", default=None, help="Insist on a Docker engine, or leave it out."
)
@click.option("--docker-host", metavar="URL", help="The Docker engine.  [default: DOCKER_HOST]")
@click.option("--gpus", is_flag=True, help="Look also whether containers can have GPUs.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8421,
    show_default=True,
    help="Port that `hyperdock up` is to have.",
)
@click.option("--mongodb", metavar="URL", help="Look also at this MongoDB.")
@click.option("--rabbitmq", metavar="URL", help="Look also at this RabbitMQ.")
@as_json
def doctor(
    session: Session,
    /,
    *,
    docker: bool | None,
    docker_host: str | None,
    gpus: bool,
    port: int,
    mongodb: str | None,
    rabbitmq: str | None,
    as_json: bool,
) -> None:
    """Look whether the installation works, and say what to do where it does not.

    Nothing is changed. Ends with 1 if there is a problem; warnings are no problem.

    \b
    Examples:
      hyperdock doctor
      hyperdock doctor --docker --gpus
      hyperdock doctor --url https://tuning.example.org
      hyperdock doctor --mongodb mongodb://db:27017 --rabbitmq amqp://user:secret@mq
    """  # noqa: D301
    from hyperdock_cli.diagnosis.engines import look_at_docker  # noqa: PLC0415 - slow, help is not
    from hyperdock_cli.diagnosis.servers import look_at_mongodb, look_at_rabbitmq  # noqa: PLC0415

    environ = dict(os.environ) | ({"DOCKER_HOST": docker_host} if docker_host else {})

    def looks() -> Iterator["Finding"]:
        yield from _look_at_system(session, port)
        if docker is not False:
            insists = bool(docker) or docker_host is not None or gpus
            yield from look_at_docker(environ, wanted=insists, gpus=gpus)
        if mongodb:
            yield from look_at_mongodb(mongodb)
        if rabbitmq:
            yield from look_at_rabbitmq(rabbitmq)

    levels = []
    findings = []
    for each in looks():
        levels.append(each.level)
        findings.append(asdict(each))
        if not as_json:
            _tell(each)
    if as_json:
        from hyperdock_cli.output import show_json  # noqa: PLC0415

        show_json({"ok": "problem" not in levels, "findings": findings})
    else:
        _sum_up(levels)
    click.get_current_context().exit(1 if "problem" in levels else 0)


def _look_at_system(session: Session, port: int) -> Iterator["Finding"]:
    from hyperdock_cli.diagnosis.finding import problem  # noqa: PLC0415 - see above
    from hyperdock_cli.diagnosis.folders import look_at_folder, look_at_profiles  # noqa: PLC0415
    from hyperdock_cli.diagnosis.gateways import look_at_gateway  # noqa: PLC0415
    from hyperdock_cli.diagnosis.packages import look_at_packages  # noqa: PLC0415
    from hyperdock_client import NoGateway  # noqa: PLC0415

    yield from look_at_packages()
    try:
        running = session.outside.running_url(session.state)
    except OSError:
        running = None  # what is wrong with the folder is said next
    yield from look_at_folder(session.state, running)
    yield from look_at_profiles()
    try:
        gateway = session.gateway()
    except NoGateway as error:
        yield problem("gateway", str(error), "`hyperdock profile list` has the names")
        return
    if gateway is None and running is None:
        yield from _look_at_port(port)
        return
    with session.client() as client:
        yield from look_at_gateway(client, session.outside.now())


def _look_at_port(port: int) -> Iterator["Finding"]:
    """Nothing runs: whether `hyperdock up` could."""
    from hyperdock_cli.diagnosis.finding import ok, warning  # noqa: PLC0415 - see above

    yield ok("gateway", "none is named and none runs here; `hyperdock up` starts one")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            remedy = "end what has it, or choose another: hyperdock up --port 0"
            yield warning("port", f"{port} cannot be had ({error.strerror})", remedy)
        else:
            yield ok("port", f"{port} is free")


def _tell(finding: "Finding") -> None:
    label = click.style(_LABELS[finding.level], fg=_COLOURS[finding.level])
    click.echo(f"{label}  {finding.about}: {finding.text}")
    if finding.remedy:
        click.echo(f"         -> {finding.remedy}")


def _sum_up(levels: Sequence[str]) -> None:
    problems, warnings = levels.count("problem"), levels.count("warning")
    if not problems and not warnings:
        click.echo("all is well")
    else:
        click.echo(
            f"{problems} problem{'s' * (problems != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        )
