"""Containers keep the contract of the runner: each way of networks, and each way of files."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import Order, Runner
from hyperdock_common.testing import runner as contract
from hyperdock_common.testing import runner_adoption, runner_targets
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner import LOG_LIMIT, OpenRunner, RunnerContract
from hyperdock_common.testing.runner_targets import MakeOrder, read, until, wait
from hyperdock_worker.docker_engine import DockerRunner, DockerSettings
from hyperdock_worker.docker_engine.archive import unpack
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.options import container_name
from hyperdock_worker.docker_engine.state import Refused

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


class TestDockerRunnerThatCopies(DockerContract):
    """Files are copied in and out, as for an engine on another host."""

    @pytest.fixture
    def settings(self) -> DockerSettings:
        """As if nothing were shared."""
        return DockerSettings(files="copy", holders=False, log_limit=LOG_LIMIT)

    @pytest.fixture(autouse=True)
    def ticks_in_containers(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> Iterator[None]:
        """A running target's ticks are where they are written: in its container."""
        engine = Engine(None)
        looking = threading.Lock()

        def ticks(order: Order) -> int:
            fresh = tmp_path / f"look-{uuid4().hex}"
            fresh.mkdir()
            path = "/hyperdock/out/ticks"
            try:
                with looking, engine.archive(container_name(order), path) as pieces:
                    unpack(pieces, fresh, 1 << 20)
            except Refused:  # neither container nor ticks
                pass
            return len(read(fresh / "ticks"))

        for module in (contract, runner_adoption, runner_targets):
            monkeypatch.setattr(module, "ticks", ticks)
        yield
        engine.close()

    def test_target_that_ended_meanwhile_is_adopted(
        self, runner: Runner, runners: OpenRunner, order: MakeOrder
    ) -> None:
        """A worker that was away learns how its target ended, and what it left and printed."""
        mine = order('echo done; echo x > "$HYPERDOCK_DIR/out/done"; exit 6')
        running = runner.start(mine)
        runner.close()
        engine = Engine(None)

        def ended() -> bool:
            container = engine.inspect(running.handle)
            return container is not None and not container.runs

        until(ended)
        engine.close()
        second = runners()
        (found,) = second.adopt([mine])
        exit_ = wait(second, found)
        assert (exit_.code, exit_.lost) == (6, None)
        assert mine.folder.log.read_text() == "done\n"
        assert read(mine.folder.target / "out" / "done") == "x\n"
