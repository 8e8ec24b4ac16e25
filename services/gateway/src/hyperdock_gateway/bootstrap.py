"""The composition root: what a gateway of its own uses, from its servers and settings."""

import importlib.metadata
import os
import time
from collections.abc import Callable
from pathlib import Path

from hyperdock_common.service.connections import Servers
from hyperdock_common.service.options import answers_to
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.auth.login import Login
from hyperdock_gateway.auth.token_file import TokenFile
from hyperdock_gateway.command import GatewaySettings
from hyperdock_gateway.policy import policy_of
from hyperdock_gateway.retention import Retention
from hyperdock_gateway.retention.sweeping import Sweep
from hyperdock_gateway.services import Services
from hyperdock_optimizers.preview import first_proposals

DISTRIBUTION = "hyperdock-gateway"


def make_retention(
    settings: GatewaySettings, servers: Servers, counted: Callable[[Sweep], None]
) -> Retention:
    """What keeps the logs of targets within their limits."""
    artifacts = servers.artifacts(settings.results)
    stores = (servers.log, servers.views)
    return Retention(artifacts, *stores, settings.retention, counted=counted)


def make_services(settings: GatewaySettings, servers: Servers, retention: Retention) -> Services:
    """Everything that the gateway's handlers use.

    Raises:
        TokenFileUnusable: the file of the tokens cannot be used.
        PolicyFileUnusable: the file of the policy cannot be used.
    """
    return Services(
        log=servers.log,
        bus=servers.bus,
        views=servers.views,
        artifacts=servers.artifacts(settings.results),
        clock=time.time,
        random_bytes=os.urandom,
        version=importlib.metadata.version(DISTRIBUTION),
        hosts=answers_to(settings.host, settings.hosts),
        origins=settings.origins,
        login=_login(settings.tokens),
        limits=Limits(writes=settings.rate, proxies=settings.proxies),
        policy=policy_of(settings.policy),
        preview=first_proposals,
        retention=retention.document,
        producer=f"gateway-{settings.process.name}",
    )


def _login(tokens: Path | None) -> Login | None:
    if tokens is None:
        return None
    return Login(TokenFile(tokens, time.monotonic), time.time, os.urandom)
