"""A supervisor as a process: its servers, its health, its end."""

import importlib.metadata
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import structlog

from hyperdock_common.json_types import JsonObject
from hyperdock_common.service.connections import Servers
from hyperdock_common.service.health import Health
from hyperdock_common.service.health_server import HealthServer
from hyperdock_common.service.logs import configure_service_logging
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.service.running import Shutdown
from hyperdock_common.service.watching import Condition
from hyperdock_supervisor.bootstrap import make_stores, make_supervisor
from hyperdock_supervisor.command import SupervisorSettings
from hyperdock_supervisor.core import Pace, Stores, Supervisor
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_supervisor.monitoring import SupervisorMonitoring

_log = structlog.get_logger()
_LAST_TURN = 30.0


def run(settings: SupervisorSettings) -> int:
    """Lives until a signal comes; returns the exit code."""
    process = settings.process
    configure_service_logging(process.loglevel, process.logformat)
    _log.info("supervisor_starts", name=process.name)
    metrics = Metrics("supervisor", _version())
    monitoring = SupervisorMonitoring(metrics)
    with ExitStack() as stack:
        shutdown = stack.enter_context(Shutdown())
        servers = stack.enter_context(Servers(settings.servers, f"supervisor {process.name}"))
        stores = stack.enter_context(make_stores(servers, monitoring))
        supervisor = make_supervisor(
            stores,
            monitoring,
            producer=f"supervisor-{process.name}",
            silence=Silence(lost_after=settings.lost_after),
            pace=Pace(
                offer_again=settings.offer_again,
                keep_pulses=settings.keep_pulses,
                most_pulses=settings.most_pulses,
            ),
        )
        if process.health_port is not None:
            health = _health(process.name, supervisor, stores, servers, shutdown)
            health = replace(health, metrics=exposition(metrics))
            watch = partial(monitoring.watch_set_aside, servers.bus, shutdown.asked)
            shutdown.spawn("count-set-aside", watch)
            stack.enter_context(HealthServer(health, process.health_host, process.health_port))
        for watched in (servers.database, servers.broker):
            shutdown.spawn(f"watch-{watched.name}", partial(watched.run, shutdown.asked))
        thread = shutdown.spawn("supervisor", lambda: supervisor.run(shutdown.asked))
        shutdown.asked.wait()
        thread.join(_LAST_TURN)
    _log.info("supervisor_ended", name=process.name, exit_code=shutdown.exit_code)
    return shutdown.exit_code


def _health(
    name: str, supervisor: Supervisor, stores: Stores, servers: Servers, shutdown: Shutdown
) -> Health:
    def problem() -> Condition:
        return _condition(supervisor.problem)

    def views() -> Condition:
        return _condition(stores.views_problem())

    def role() -> JsonObject:
        return {"role": supervisor.standing.value}

    return Health(
        about={
            "service": "supervisor",
            "name": name,
            "version": _version(),
        },
        loops={"supervisor": lambda: supervisor.turned_at},
        checks={
            "database": servers.database.condition,
            "bus": servers.broker.condition,
            "supervisor": problem,
            "views": views,
        },
        role=role,
        stopping=shutdown.asked.is_set,
    )


def _version() -> str:
    return importlib.metadata.version("hyperdock-supervisor")


def _condition(problem: str | None) -> Condition:
    return Condition(ok=problem is None, detail=problem or "ok")
