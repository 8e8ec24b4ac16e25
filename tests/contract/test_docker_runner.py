"""Containers keep the contract of the runner, with networks of their own and in holders."""

from dataclasses import replace
from uuid import uuid4

import pytest

from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import Runner
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner import LOG_LIMIT, OpenRunner, RunnerContract
from hyperdock_common.testing.runner_targets import until
from hyperdock_worker.docker_engine import DockerRunner, DockerSettings

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("example_images")]


class DockerContract(RunnerContract):
    """The shell of a local image."""

    @pytest.fixture
    def settings(self) -> DockerSettings:
        """How the worker is set up."""
        raise NotImplementedError

    @pytest.fixture
    def open_runner(self, settings: DockerSettings) -> OpenRunner:
        """A worker of this test's own, so that it ends no other test's targets."""
        worker_id = f"worker-{uuid4()}"
        return lambda: DockerRunner(worker_id, settings)

    @pytest.fixture
    def offer(self) -> JobOffer:
        """A container."""
        return replace(job_offer(runtime="docker"), image="hyperdock/test-shell", pull="never")


class TestPlainDockerRunner(DockerContract):
    """Each container has a network namespace of its own."""

    @pytest.fixture
    def settings(self) -> DockerSettings:
        """Without holders."""
        return DockerSettings(holders=False, log_limit=LOG_LIMIT)


class TestDockerRunnerWithHolders(DockerContract):
    """Containers join a holder that is ready before the first of them."""

    @pytest.fixture
    def settings(self) -> DockerSettings:
        """With a holder for one slot."""
        return DockerSettings(holders=True, slots=1, log_limit=LOG_LIMIT)

    @pytest.fixture
    def runner(self, runners: OpenRunner) -> Runner:
        """A runner whose holder is ready."""
        runner = runners()
        runner.adopt([])
        assert isinstance(runner, DockerRunner)
        holders = runner._holders._holders
        until(lambda: holders)
        return runner
