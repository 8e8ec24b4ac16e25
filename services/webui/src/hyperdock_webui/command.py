"""The `hyperdock-webui` command: its settings, and what they mean."""

import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import click

from hyperdock_common.service.clients import Networks
from hyperdock_common.service.command import ServiceCommand, setting
from hyperdock_common.service.options import (
    ProcessSettings,
    answers_to,
    door_options,
    listen_options,
    process_options,
    process_settings,
)

_EPILOG = """\b
Examples:
  hyperdock-webui
  hyperdock-webui --gateway http://gateway-1:8421 --gateway http://gateway-2:8421
  hyperdock-webui --host 0.0.0.0 --allow-host tuning.example.org

It tells its health on the same port, at /livez and /readyz. It calls a gateway by the name in
--gateway: the gateway has to be told to answer to it (--allow-host there).
"""


class _GatewayUrl(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        url = str(value).rstrip("/")
        try:
            parts = urlsplit(url)
            usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.path or parts.query or parts.username:
            self.fail(f"{value} is no gateway's address; write http://host:8421", param, ctx)
        return url


@dataclass(frozen=True, slots=True, kw_only=True)
class WebuiSettings:
    """The web UI's settings: where it listens, what it answers to, and whom it asks.

    Attributes:
        hosts: names that it answers to.
        origins: other origins whose pages may use it.
        proxies: who is believed where browsers are.
        gateways: who answers what is below `/api`.
    """

    process: ProcessSettings
    host: str
    port: int
    hosts: frozenset[str]
    origins: frozenset[str]
    proxies: Networks
    gateways: tuple[str, ...]


@click.command(cls=ServiceCommand, epilog=_EPILOG)
@setting(
    "--gateway",
    type=_GatewayUrl(),
    multiple=True,
    default=["http://localhost:8421"],
    help="Where a gateway is; with several the next one is asked when one does not answer.",
)
@listen_options(8420)
@door_options
@process_options
@click.version_option(package_name="hyperdock-webui")
def webui(*, gateway: tuple[str, ...], **options: Any) -> None:
    """Show: the web pages, and the way through to a gateway below /api.

    A browser needs no other address than this one.
    """
    from hyperdock_webui.running import run  # noqa: PLC0415 - slow, not needed for help

    settings = WebuiSettings(
        process=process_settings(options),
        host=options["host"],
        port=options["port"],
        hosts=answers_to(options["host"], options["allow_host"]),
        origins=frozenset(options["allow_origin"]),
        proxies=tuple(options["trusted_proxy"]),
        gateways=tuple(gateway),
    )
    sys.exit(run(settings))
