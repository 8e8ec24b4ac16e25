"""The composition root: the runners of a worker, from the engines that answer."""

from collections.abc import Mapping

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.ports import Runner
from hyperdock_worker.command import WorkerOptions
from hyperdock_worker.data_root import DataRoots
from hyperdock_worker.docker_engine.address import engine_address
from hyperdock_worker.docker_engine.gpus import gpus_per_slot, parse_gpus
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.process_runner import ProcessRunner
from hyperdock_worker.secrets import Secrets


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


def make_process_runner(
    worker_id: str, environ: Mapping[str, str], data_roots: DataRoots, secrets: Secrets
) -> Runner:
    """A runner of local processes, which inherit a few variables of `environ`."""
    return ProcessRunner(worker_id, environ=environ, data_roots=data_roots, secrets=secrets)


def make_runners(worker_id: str, options: WorkerOptions, secrets: Secrets) -> dict[str, Runner]:
    """The runners of a worker of its own; their engine need not answer yet."""
    runners: dict[str, Runner] = {}
    if options.processes:
        runners["process"] = ProcessRunner(
            worker_id,
            environ=options.environ,
            environment=options.engine.environment,
            data_roots=options.engine.data_roots,
            secrets=secrets,
        )
    if options.engine.docker:
        from hyperdock_worker.docker_engine import DockerRunner  # noqa: PLC0415 - slow to import

        runners["docker"] = DockerRunner(worker_id, docker_settings(options, secrets))
    return runners


def docker_settings(options: WorkerOptions, secrets: Secrets) -> DockerSettings:
    """What the worker was told about its engine, in the runner's words."""
    engine = options.engine
    url, tls = engine_address(engine.environ)
    return DockerSettings(
        url=url,
        tls=tls,
        slots=options.slots,
        network=engine.network,
        holders=engine.holders,
        allow_privileged=engine.privileged,
        slot_gpus=gpus_per_slot(parse_gpus(engine.gpus), options.slots),
        files=engine.files,
        data_roots=engine.data_roots,
        secrets=secrets,
        environment=engine.environment,
    )
