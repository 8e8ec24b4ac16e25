"""The `hyperdock-worker` command: its settings, and what they mean."""

import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from hyperdock_common.service.command import ServiceCommand, setting
from hyperdock_common.service.options import (
    ProcessSettings,
    ServerSettings,
    check_tls,
    folder,
    health_options,
    process_options,
    process_settings,
    server_options,
    server_settings,
)
from hyperdock_worker.engine_options import (
    EngineSettings,
    check_data_roots,
    check_gpus,
    engine_options,
)
from hyperdock_worker.engine_options import engine_settings as read_engine
from hyperdock_worker.variables import Variable, processors

_EPILOG = """\b
Examples:
  hyperdock-worker --slots 2
  hyperdock-worker --mongodb mongodb://db/hyperdock --rabbitmq amqp://mq/ --gpus 4 --slots 4
  hyperdock-worker --env HTTPS_PROXY --env MODE=fast --data-root /data
  hyperdock-worker --data-root imagenet=/mnt/imagenet --secrets /run/secrets
  HYPERDOCK_ENV='A=1 B="two words"' HYPERDOCK_POOL=gpu hyperdock-worker

SIGTERM ends it: it takes no more jobs, waits for the running ones as --drain-timeout says, and then
does what --on-stop says with those that are left. SIGTERM again: without waiting.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """What the command was told; durations in seconds.

    Attributes:
        host: how people call the place where it runs.
        environ: the worker's own environment, for processes.
        results: a folder for the files of jobs; None: the database.
        hand_back: stop what runs at the end and give it back, instead of leaving it to the next
            process of this worker.
    """

    process: ProcessSettings
    servers: ServerSettings
    engine: EngineSettings
    host: str
    pool: str
    slots: int
    results: Path | None
    work: Path
    processes: bool
    heartbeat: float
    drain_timeout: float
    hand_back: bool
    environ: Mapping[str, str] = field(repr=False)


def _check_runners(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if params["docker"] is False and params["processes"] is False:
        yield "docker", "nothing is left to run jobs with; give --processes as well"


@click.command(
    cls=ServiceCommand,
    checks=[check_tls, check_gpus, check_data_roots, _check_runners],
    epilog=_EPILOG,
)
@server_options
@setting(
    "--slots",
    "--parallelism",
    "slots",
    type=click.IntRange(1, 10_000),
    default=processors,
    show_default="the number of processors",
    envvar=["HYPERDOCK_SLOTS", "HYPERDOCK_PARALLELISM"],
    help="Jobs to run at the same time.",
)
@setting("--pool", default="default", metavar="NAME", help="Take the jobs of this pool's trials.")
@setting(
    "--env",
    type=Variable(),
    multiple=True,
    help="A variable for every target; without a value the one of here. May be repeated.",
)
@setting(
    "--results",
    type=folder,
    help="A folder for the files of jobs, shared with the gateways.  [default: in the database]",
)
@setting(
    "--work",
    type=folder,
    default=Path("~/.local/state/hyperdock/worker"),
    help="A folder for running jobs and the worker's identity; workers may share it.",
)
@engine_options
@setting(
    "--processes/--no-processes",
    default=False,
    help="Also run trials that are plain commands, with all rights of this worker.",
)
@setting(
    "--heartbeat",
    type=click.FloatRange(0.1, 20),
    default=5.0,
    metavar="SECONDS",
    help="Time between two signs of life.",
)
@setting(
    "--drain-timeout",
    type=click.FloatRange(0),
    default=0.0,
    metavar="SECONDS",
    help="How long running jobs may go on when the worker is told to end.",
)
@setting(
    "--on-stop",
    type=click.Choice(("adopt", "hand-back")),
    default="adopt",
    help="Jobs that run at the end: left for this worker's next process, or given to others.",
)
@health_options
@process_options
@click.version_option(package_name="hyperdock-worker")
@click.pass_obj
def worker(environ: Mapping[str, str] | None, /, **options: Any) -> None:
    """Run: take jobs, run their containers, report what came out.

    What runs goes on when the worker ends or dies; its next process finds it.
    """
    from hyperdock_worker.running import run  # noqa: PLC0415 - slow, not needed for help

    process = process_settings(options)
    settings = WorkerOptions(
        process=process,
        servers=server_settings(options),
        engine=read_engine(options),
        host=options["name"] or socket.gethostname(),
        pool=options["pool"],
        slots=options["slots"],
        results=options["results"] and options["results"].expanduser(),
        work=options["work"].expanduser(),
        processes=options["processes"],
        heartbeat=options["heartbeat"],
        drain_timeout=options["drain_timeout"],
        hand_back=options["on_stop"] == "hand-back",
        environ=environ or {},
    )
    sys.exit(run(settings))
