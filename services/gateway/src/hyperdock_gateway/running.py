"""A gateway as a process: its servers, its health, its end."""

import importlib.metadata
import os
from contextlib import ExitStack
from functools import partial

import structlog

from hyperdock_common.service.connections import Servers
from hyperdock_common.service.health import Health
from hyperdock_common.service.logs import configure_service_logging
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.service.running import Shutdown
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.bootstrap import DISTRIBUTION, make_retention, make_services
from hyperdock_gateway.command import GatewaySettings
from hyperdock_gateway.monitoring import GatewayMonitoring
from hyperdock_gateway.notify import make_notifier

_log = structlog.get_logger()


def run(settings: GatewaySettings) -> int:
    """Lives until a signal comes; returns the exit code.

    Raises:
        CannotListen: the address cannot be used.
    """
    process = settings.process
    configure_service_logging(process.loglevel, process.logformat)
    with ExitStack() as stack:
        shutdown = stack.enter_context(Shutdown())
        servers = stack.enter_context(Servers(settings.servers, f"gateway {process.name}"))
        health = _health(process.name, servers, shutdown)
        metrics = Metrics("gateway", importlib.metadata.version(DISTRIBUTION))
        monitoring = GatewayMonitoring(metrics, exposition(metrics))
        retention = make_retention(settings, servers, monitoring.swept)
        services = make_services(settings, servers, retention)
        app = make_app(services, probes=health, monitoring=monitoring)
        if settings.notify is not None:
            stores = (servers.log, servers.bus, servers.views)
            notifier = make_notifier(settings.notify, os.environ, stores, monitoring.told)
            notifier.start()
            stack.callback(notifier.stop)
        retention.start()
        stack.callback(retention.stop)
        server = WebServer(app, settings.host, settings.port, name="gateway")
        server.start()
        stack.callback(server.stop)
        shutdown.spawn("watch-serving", server.join)
        _log.info("gateway_serves", url=server.url, name=process.name)
        for watched in (servers.database, servers.broker):
            shutdown.spawn(f"watch-{watched.name}", partial(watched.run, shutdown.asked))
        shutdown.asked.wait()
    _log.info("gateway_ended", name=process.name, exit_code=shutdown.exit_code)
    return shutdown.exit_code


def _health(name: str, servers: Servers, shutdown: Shutdown) -> Health:
    return Health(
        about={
            "service": "gateway",
            "name": name,
            "version": importlib.metadata.version(DISTRIBUTION),
        },
        checks={"database": servers.database.condition, "bus": servers.broker.condition},
        stopping=shutdown.asked.is_set,
    )
