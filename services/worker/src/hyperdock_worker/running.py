"""A worker as a process: its identity, its servers, its health, its end."""

import importlib.metadata
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import structlog

from hyperdock_common.service.connections import Servers
from hyperdock_common.service.health import Health
from hyperdock_common.service.health_server import HealthServer
from hyperdock_common.service.logs import configure_service_logging
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.service.running import Shutdown
from hyperdock_common.service.watching import Watched
from hyperdock_worker.bootstrap import make_runners
from hyperdock_worker.command import WorkerOptions
from hyperdock_worker.docker_engine.gpus import parse_gpus
from hyperdock_worker.identity import Identity, take_identity
from hyperdock_worker.monitoring import MeteredWorker, WorkerMonitoring
from hyperdock_worker.secrets import Secrets
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.worker import Stores, Worker

_log = structlog.get_logger()
_LOOK = 0.5
_START = 10.0


def run(options: WorkerOptions) -> int:
    """Lives until a signal comes; returns the exit code."""
    process = options.process
    configure_service_logging(process.loglevel, process.logformat)
    with ExitStack() as stack:
        identity = stack.enter_context(take_identity(options.work))
        _log.info("worker_starts", name=process.name, worker=identity.worker_id)
        shutdown = stack.enter_context(Shutdown())
        servers = stack.enter_context(Servers(options.servers, identity.worker_id))
        secrets = Secrets(options.engine.secrets)
        runners = make_runners(identity.worker_id, options, secrets)
        stores = Stores(
            log=servers.log,
            bus=servers.bus,
            views=servers.views,
            artifacts=servers.artifacts(options.results),
        )
        metrics = Metrics("worker", _version())
        monitoring = WorkerMonitoring(metrics)
        worker = MeteredWorker(monitoring, _settings(options, identity, secrets), stores, runners)
        watched = [
            servers.database,
            servers.broker,
            *(Watched(name, runner.check) for name, runner in runners.items()),
        ]
        if process.health_port is not None:
            health = _health(options, worker, identity, watched, shutdown)
            health = replace(health, metrics=exposition(metrics))
            stack.enter_context(HealthServer(health, process.health_host, process.health_port))
        for each in watched:
            shutdown.spawn(f"watch-{each.name}", partial(each.run, shutdown.asked))
        starting = threading.Thread(target=worker.start, name="worker-start", daemon=True)
        starting.start()
        shutdown.asked.wait()
        _end(worker, options, shutdown, starting)
    _log.info("worker_ended", worker=identity.worker_id, exit_code=shutdown.exit_code)
    return shutdown.exit_code


def _end(
    worker: Worker, options: WorkerOptions, shutdown: Shutdown, starting: threading.Thread
) -> None:
    """Waits for what runs as long as it may, then stops; a second signal cuts the wait short."""
    until = time.monotonic() + options.drain_timeout
    left = len(worker.running)
    _log.info("worker_drains", running=left, seconds=options.drain_timeout)
    while (rest := until - time.monotonic()) > 0 and not shutdown.hurried.is_set():
        if worker.drain(min(rest, _LOOK)):
            break
    left = len(worker.running)
    hand_back = options.hand_back and left > 0
    _log.info("worker_stops", running=left, handed_back=hand_back)
    worker.stop(hand_back=hand_back)
    starting.join(_START)


def _settings(options: WorkerOptions, identity: Identity, secrets: Secrets) -> WorkerSettings:
    return WorkerSettings(
        worker_id=identity.worker_id,
        host=options.host,
        version=_version(),
        work=identity.attempts,
        pool=options.pool,
        slots=options.slots,
        gpus=len(parse_gpus(options.engine.gpus)),
        heartbeat=options.heartbeat,
        secrets=secrets,
    )


def _health(
    options: WorkerOptions,
    worker: Worker,
    identity: Identity,
    watched: list[Watched],
    shutdown: Shutdown,
) -> Health:
    return Health(
        about={
            "service": "worker",
            "name": options.process.name,
            "worker": identity.worker_id,
            "version": _version(),
        },
        loops={"worker": lambda: worker.turned_at},
        checks={each.name: each.condition for each in watched},
        stopping=shutdown.asked.is_set,
    )


def _version() -> str:
    return importlib.metadata.version("hyperdock-worker")
