"""The composition root: a worker from its stores, settings and the engines that answer."""

from collections.abc import Mapping

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.ports import Runner
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.process_runner import ProcessRunner
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.worker import Stores, Worker


def make_docker_runner(worker_id: str, settings: DockerSettings) -> Runner:
    """A runner of containers on the engine that the environment names.

    Raises:
        RunnerUnavailable: no engine answers there.
    """
    from hyperdock_worker.docker_engine import DockerRunner  # noqa: PLC0415 - slow to import

    runner = DockerRunner(worker_id, settings)
    try:
        runner.check()
    except RunnerUnavailable:
        runner.close()
        raise
    return runner


def make_process_runner(worker_id: str, environ: Mapping[str, str]) -> Runner:
    """A runner of local processes, which inherit a few variables of `environ`."""
    return ProcessRunner(worker_id, environ=environ)


def make_worker(settings: WorkerSettings, stores: Stores, runners: Mapping[str, Runner]) -> Worker:
    """A worker; call `start`, and `stop` when done."""
    return Worker(settings, stores, runners)
