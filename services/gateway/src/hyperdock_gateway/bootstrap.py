"""The composition root: what a gateway of its own uses, from its servers and settings."""

import importlib.metadata
import os
import time

from hyperdock_common.service.connections import Servers
from hyperdock_common.service.options import answers_to
from hyperdock_gateway.command import GatewaySettings
from hyperdock_gateway.services import Services

DISTRIBUTION = "hyperdock-gateway"


def make_services(settings: GatewaySettings, servers: Servers) -> Services:
    """Everything that the gateway's handlers use."""
    return Services(
        log=servers.log,
        bus=servers.bus,
        views=servers.views,
        artifacts=servers.artifacts(settings.results),
        clock=time.time,
        random_bytes=os.urandom,
        version=importlib.metadata.version(DISTRIBUTION),
        hosts=answers_to(settings.host, settings.hosts),
        producer=f"gateway-{settings.process.name}",
    )
