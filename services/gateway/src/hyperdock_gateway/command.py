"""The `hyperdock-gateway` command: its settings, and what they mean."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hyperdock_common.service.command import ServiceCommand, setting
from hyperdock_common.service.options import (
    ProcessSettings,
    ServerSettings,
    check_tls,
    folder,
    listen_options,
    process_options,
    process_settings,
    server_options,
    server_settings,
)

_EPILOG = """\b
Examples:
  hyperdock-gateway
  hyperdock-gateway --mongodb mongodb://db/hyperdock --rabbitmq amqp://mq/ --port 9000
  hyperdock-gateway --host 0.0.0.0 --allow-host gateway --allow-host tuning.example.org

It tells its health on the same port, at /livez and /readyz. There may be several gateways.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """A gateway's settings.

    Attributes:
        hosts: names, besides the local ones, that it answers to.
        results: the folder of the jobs' files, shared with the workers; None: the database.
    """

    process: ProcessSettings
    servers: ServerSettings
    host: str
    port: int
    hosts: frozenset[str]
    results: Path | None


@click.command(cls=ServiceCommand, checks=[check_tls], epilog=_EPILOG)
@listen_options(8421)
@setting(
    "--results",
    type=folder,
    help="The folder of the jobs' files, shared with the workers.  [default: in the database]",
)
@server_options
@process_options
@click.version_option(package_name="hyperdock-gateway")
def gateway(*, results: Path | None, **options: Any) -> None:
    """Serve: REST and the live feed of events, for programs and the web UI.

    Who reaches it may run what they like on the workers; it listens on this machine only, unless
    it is told otherwise.
    """
    from hyperdock_gateway.running import run  # noqa: PLC0415 - slow, not needed for help

    settings = GatewaySettings(
        process=process_settings(options),
        servers=server_settings(options),
        host=options["host"],
        port=options["port"],
        hosts=frozenset(options["allow_host"]),
        results=results and results.expanduser(),
    )
    sys.exit(run(settings))
