"""The composition root: the runners of a worker, from the engines that answer."""

from collections.abc import Mapping

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.ports import Runner
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.process_runner import ProcessRunner


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
