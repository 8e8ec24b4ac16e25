"""An engine that goes away takes its containers along: that is no fault of the target's."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.ports import Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner_targets import make_order, read, run, until, wait
from hyperdock_worker.docker_engine import DockerRunner, DockerSettings

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    pytest.mark.usefixtures("example_images"),
]

ENGINE_SCRIPT = Path(__file__).parents[2] / "scripts" / "docker-engine"
IMAGE = "hyperdock/test-shell"


class PrivateEngine:
    """An engine of this file's own, which may be killed."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "docker.sock"
        self._environ = {**os.environ, "HYPERDOCK_DOCKERD_SOCKET": str(self._socket)}
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        subprocess.run([ENGINE_SCRIPT, "start"], env=self._environ, check=True, timeout=120)

    def stop(self) -> None:
        """Ends it in order, with everything that it made."""
        subprocess.run(
            [ENGINE_SCRIPT, "stop", "--purge"], env=self._environ, check=True, timeout=120
        )

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal, and waits until it is gone."""
        pid = int((self._socket.with_name("docker.sock.d") / "pid").read_text())
        os.kill(pid, number)
        until(lambda: not Path(f"/proc/{pid}").exists())

    def load(self, image: str) -> None:
        """Copies an image from the machine's engine."""
        docker = "/usr/bin/docker"
        saved = subprocess.run([docker, "save", image], capture_output=True, check=True)
        load = [docker, "-H", self.url, "load"]
        subprocess.run(load, input=saved.stdout, capture_output=True, check=True)


@pytest.fixture(scope="module")
def private_engine() -> Iterator[PrivateEngine]:
    """The engine that these tests kill; its path has to be short."""
    with tempfile.TemporaryDirectory(prefix="hd-") as folder:
        engine = PrivateEngine(Path(folder))
        engine.start()
        engine.load(IMAGE)
        yield engine
        engine.stop()


@pytest.fixture
def runner(private_engine: PrivateEngine) -> Iterator[DockerRunner]:
    """A runner on that engine, which is up again for each test."""
    private_engine.start()
    settings = DockerSettings(url=private_engine.url, holders=False)
    runner = DockerRunner(f"worker-{uuid4().hex}", settings)
    yield runner
    private_engine.start()
    runner.adopt([])
    runner.close()


@pytest.fixture
def order(tmp_path: Path) -> Callable[[str], Order]:
    """Orders a script in the test image."""

    def ordering(script: str) -> Order:
        command = ("sh", "-c", script)
        offer = replace(job_offer(runtime="docker"), image=IMAGE, command=command, pull="never")
        return make_order(offer, tmp_path)

    return ordering


def test_engine_killed_in_the_middle(
    private_engine: PrivateEngine, runner: DockerRunner, order: Callable[[str], Order]
) -> None:
    """While the engine is away nothing is decided; when it is back the attempt is lost."""
    mine = order("echo begun; sleep 60")
    running = runner.start(mine)
    until(lambda: runner.wait(running, 0.1) or "begun" in read(mine.folder.log))
    private_engine.signal(signal.SIGKILL)
    assert runner.wait(running, 0.5) is None
    with pytest.raises(RunnerUnavailable):
        runner.check()
    with pytest.raises(RunnerUnavailable):
        runner.start(order("exit 0"))
    private_engine.start()
    ended = wait(runner, running)
    assert ended.lost is not None
    assert ended.out_of_memory is False
    runner.discard(running)
    assert run(runner, order("exit 0")).code == 0


def test_engine_stopped_in_the_middle(
    private_engine: PrivateEngine, runner: DockerRunner, order: Callable[[str], Order]
) -> None:
    """An engine that stops in order ends its containers politely, and that is a loss too."""
    polite = runner.start(order("sleep 60"))
    own_code = runner.start(order("trap 'exit 3' TERM; while :; do sleep 0.1; done"))
    private_engine.signal(signal.SIGTERM)
    assert runner.wait(polite, 0.5) is None
    private_engine.start()
    assert wait(runner, polite).lost is not None
    assert wait(runner, own_code).lost is not None
    runner.discard(polite)
    runner.discard(own_code)


def test_success_while_the_engine_is_away_counts(
    private_engine: PrivateEngine, runner: DockerRunner, order: Callable[[str], Order]
) -> None:
    """A target that ended well and left its loss has ended well, whoever was looking."""
    mine = order('sleep 1; echo 1 > "$HYPERDOCK_DIR/loss.json"; touch "$HYPERDOCK_DIR/out/done"')
    running = runner.start(mine)
    private_engine.signal(signal.SIGKILL)
    until((mine.folder.target / "out" / "done").exists)
    private_engine.start()
    ended = wait(runner, running)
    assert (ended.code, ended.lost) == (0, None)
    runner.discard(running)


def test_files_are_fetched_when_the_engine_is_back(
    private_engine: PrivateEngine, order: Callable[[str], Order]
) -> None:
    """What a target left in its container is not lost with the engine: it is fetched later."""
    settings = DockerSettings(url=private_engine.url, holders=False, files="copy")
    private_engine.start()
    runner = DockerRunner(f"worker-{uuid4().hex}", settings)
    mine = order('sleep 1; echo 1 > "$HYPERDOCK_DIR/loss.json"; echo x > "$HYPERDOCK_DIR/out/x"')
    running = runner.start(mine)
    container = runner._engine.inspect(running.handle)
    assert container is not None
    private_engine.signal(signal.SIGKILL)
    until(lambda: not Path(f"/proc/{container.pid}").exists())
    assert runner.wait(running, 0.3) is None
    private_engine.start()
    ended = wait(runner, running)
    assert (ended.code, ended.lost) == (0, None)
    assert read(mine.folder.target / "loss.json") == "1\n"
    assert read(mine.folder.target / "out" / "x") == "x\n"
    runner.discard(running)
    runner.close()


def test_container_that_vanished_is_lost(
    private_engine: PrivateEngine, runner: DockerRunner, order: Callable[[str], Order]
) -> None:
    """A container that somebody removed says nothing about its target."""
    running = runner.start(order("sleep 60"))
    command = ["/usr/bin/docker", "-H", private_engine.url, "rm", "-f", running.handle]
    subprocess.run(command, capture_output=True, check=True)
    assert wait(runner, running).lost is not None
    runner.discard(running)


def test_discarded_while_the_engine_is_away(
    private_engine: PrivateEngine, runner: DockerRunner, order: Callable[[str], Order]
) -> None:
    """What could not be removed is removed when the engine is back."""
    running = runner.start(order("exit 0"))
    wait(runner, running)
    private_engine.signal(signal.SIGKILL)
    runner.discard(running)
    private_engine.start()
    listing = ["/usr/bin/docker", "-H", private_engine.url, "ps", "-aq", "--no-trunc"]

    def left() -> str:
        return subprocess.run(listing, capture_output=True, text=True, check=True).stdout

    until(lambda: running.handle not in left())
