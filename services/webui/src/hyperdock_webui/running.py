"""The web UI's server as a process: its health, its end."""

import importlib.metadata
from functools import partial

import structlog

from hyperdock_common.service.health import Health
from hyperdock_common.service.logs import configure_service_logging
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.service.running import Shutdown
from hyperdock_common.service.watching import Watched
from hyperdock_common.web import WebServer
from hyperdock_webui.app import make_app
from hyperdock_webui.command import WebuiSettings
from hyperdock_webui.gateways import Gateways
from hyperdock_webui.monitoring import WebuiMonitoring

_log = structlog.get_logger()


def run(settings: WebuiSettings) -> int:
    """Lives until a signal comes; returns the exit code.

    Raises:
        CannotListen: the address cannot be used.
    """
    process = settings.process
    configure_service_logging(process.loglevel, process.logformat)
    version = importlib.metadata.version("hyperdock-webui")
    metrics = Metrics("webui", version)
    with Shutdown() as shutdown:
        gateways = Gateways(settings.gateways)
        watched = Watched("gateway", Gateways(settings.gateways).problem)
        health = Health(
            about={
                "service": "webui",
                "name": process.name,
                "version": version,
            },
            checks={"gateway": watched.condition},
            stopping=shutdown.asked.is_set,
            metrics=exposition(metrics),
        )
        app = make_app(
            gateways,
            health,
            settings.hosts,
            WebuiMonitoring(metrics),
            origins=settings.origins,
            proxies=settings.proxies,
        )
        server = WebServer(app, settings.host, settings.port, name="webui")
        server.start()
        _log.info("webui_serves", url=server.url, name=process.name)
        shutdown.spawn("watch-serving", server.join)
        shutdown.spawn("watch-gateway", partial(watched.run, shutdown.asked))
        shutdown.asked.wait()
        server.stop()
    _log.info("webui_ended", name=process.name, exit_code=shutdown.exit_code)
    return shutdown.exit_code
