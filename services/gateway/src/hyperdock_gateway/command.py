"""The `hyperdock-gateway` command: its settings, and what they mean."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from hyperdock_common.service.clients import Networks
from hyperdock_common.service.command import ServiceCommand, setting
from hyperdock_common.service.options import (
    ProcessSettings,
    ServerSettings,
    check_tls,
    door_options,
    folder,
    is_loopback,
    listen_options,
    process_options,
    process_settings,
    readable_file,
    server_options,
    server_settings,
)
from hyperdock_common.service.retention_options import log_retention
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.retention.settings import RetentionSettings

_EPILOG = """\b
Examples:
  hyperdock-gateway
  hyperdock token create ann --scope submit --file tokens.json
  hyperdock-gateway --tokens tokens.json --host 0.0.0.0 --allow-host tuning.example.org
  hyperdock-gateway --mongodb mongodb://db/hyperdock --rabbitmq amqp://mq/ --port 9000

It tells its health on the same port, at /livez and /readyz. There may be several gateways.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """A gateway's settings.

    Attributes:
        hosts: names, besides the local ones, that it answers to.
        origins: other origins whose pages may use it.
        proxies: who is believed where clients are.
        tokens: the file of who may use it; None: whoever reaches it.
        rate: requests a second that change something, by one token.
        policy: the file of what targets may be and have; None: everything is allowed.
        results: the folder of the jobs' files, shared with the workers; None: the database.
        notify: the file of who is told what; None: nobody is told.
        retention: how long and how much of the targets' logs is kept.
    """

    process: ProcessSettings
    servers: ServerSettings
    host: str
    port: int
    hosts: frozenset[str]
    origins: frozenset[str]
    proxies: Networks
    tokens: Path | None
    rate: int
    policy: Path | None
    results: Path | None
    notify: Path | None = None
    retention: RetentionSettings = field(default_factory=RetentionSettings)


def _check_login(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Whoever reaches it runs what they like on the workers: that is never opened by accident."""
    if params["tokens"] is not None and params["no_login"]:
        yield "no_login", "there is a login with --tokens; leave out one of them"
    host = params["host"]
    open_to_others = host is not None and not is_loopback(host)
    if open_to_others and params["tokens"] is None and not params["no_login"]:
        where = f"other machines reach it at {host or 'every address'}"
        remedy = "name who may with --tokens FILE (`hyperdock token create` makes one)"
        yield "host", f"{where}: {remedy}, or let everybody do everything with --no-login"


@click.command(cls=ServiceCommand, checks=[check_tls, _check_login], epilog=_EPILOG)
@listen_options(8421)
@setting(
    "--tokens",
    type=readable_file,
    envvar="HYPERDOCK_TOKENS_FILE",
    help="The file of the tokens that open it; changes count within a second."
    "  [default: no login, on this machine only]",
)
@setting(
    "--no-login",
    is_flag=True,
    help="Let whoever reaches it do everything, from other machines, too.",
)
@door_options
@setting(
    "--rate",
    type=click.IntRange(1, 1_000_000),
    default=Limits().writes,
    help="Requests a second that change something, by one token; ten times as many in all.",
)
@setting(
    "--policy",
    type=readable_file,
    help="The file that says which targets may run, with what and how much of it; changes count at"
    " once.  [default: everything is allowed]",
)
@setting(
    "--results",
    type=folder,
    help="The folder of the jobs' files, shared with the workers.  [default: in the database]",
)
@setting(
    "--notify",
    type=readable_file,
    help="The file that says who is told what, over Slack, Pushover, a webhook, …; of several"
    " gateways, give it to one.  [default: nobody is told]",
)
@log_retention(setting)
@server_options
@process_options
@click.version_option(package_name="hyperdock-gateway")
def gateway(*, results: Path | None, **options: Any) -> None:
    """Serve: REST and the live feed of events, for programs and the web UI.

    Who may use it may run what they like on the workers: it listens on this machine only, unless it
    is told otherwise, and to others only with --tokens.
    """
    from hyperdock_gateway.running import run  # noqa: PLC0415 - slow, not needed for help

    settings = GatewaySettings(
        process=process_settings(options),
        servers=server_settings(options),
        host=options["host"],
        port=options["port"],
        hosts=frozenset(options["allow_host"]),
        origins=frozenset(options["allow_origin"]),
        proxies=tuple(options["trusted_proxy"]),
        tokens=options["tokens"],
        rate=options["rate"],
        policy=options["policy"],
        notify=options["notify"],
        results=results and results.expanduser(),
        retention=RetentionSettings(
            keep_for=options["keep_logs_for"],
            keep_size=options["keep_logs_size"],
            every=options["retention_every"],
        ),
    )
    sys.exit(run(settings))
