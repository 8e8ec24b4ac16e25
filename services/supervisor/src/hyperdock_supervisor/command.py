"""The `hyperdock-supervisor` command: its settings, and what they mean."""

import sys
from dataclasses import dataclass
from typing import Any

import click

from hyperdock_common.service.command import ServiceCommand, setting
from hyperdock_common.service.options import (
    ProcessSettings,
    ServerSettings,
    check_tls,
    health_options,
    process_options,
    process_settings,
    server_options,
    server_settings,
)
from hyperdock_common.service.retention_options import KEEP_PULSES, MOST_PULSES, pulse_retention

_EPILOG = """\b
Examples:
  hyperdock-supervisor
  hyperdock-supervisor --mongodb mongodb://db/hyperdock --rabbitmq amqp://mq/ --health-port 8422
  HYPERDOCK_MONGODB_PASSWORD_FILE=/run/secrets/mongodb hyperdock-supervisor

SIGTERM ends it; another supervisor takes over at once. What it knows is in the database.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorSettings:
    """A supervisor's settings; durations in seconds."""

    process: ProcessSettings
    servers: ServerSettings
    lost_after: float
    offer_again: float
    keep_pulses: float = KEEP_PULSES
    most_pulses: int = MOST_PULSES


@click.command(cls=ServiceCommand, checks=[check_tls], epilog=_EPILOG)
@server_options
@setting(
    "--lost-after",
    type=click.FloatRange(1, 60),
    default=60.0,
    metavar="SECONDS",
    help="After so long without a sign of life a worker's jobs are offered to others.",
)
@setting(
    "--offer-again",
    type=click.FloatRange(1),
    default=30.0,
    metavar="SECONDS",
    help="A job that no worker has claimed is offered again after this.",
)
@pulse_retention(setting)
@health_options
@process_options
@click.version_option(package_name="hyperdock-supervisor")
def supervisor(*, lost_after: float, offer_again: float, **options: Any) -> None:
    """Decide: propose jobs, keep the leases of workers, end trials.

    Of several supervisors one is in charge; the others stand by and take over when it is gone.
    """
    from hyperdock_supervisor.running import run  # noqa: PLC0415 - slow, not needed for help

    settings = SupervisorSettings(
        process=process_settings(options),
        servers=server_settings(options),
        lost_after=lost_after,
        offer_again=offer_again,
        keep_pulses=options["keep_pulses"],
        most_pulses=options["most_pulses"],
    )
    sys.exit(run(settings))
