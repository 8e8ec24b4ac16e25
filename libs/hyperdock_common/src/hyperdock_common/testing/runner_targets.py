"""What the contract of the `Runner` port is made of: orders of scripts, and waiting for them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

import pytest

from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import AttemptFolder, Exit, Order, Runner, Running

OpenRunner: TypeAlias = Callable[[], Runner]
MakeOrder: TypeAlias = Callable[[str], Order]

SOON = 30.0
"""Seconds by which everything that a test waits for has come, on a busy machine too."""

LOG_LIMIT = 1 << 20
"""The log limit that the adapter's runners are to be opened with."""

TICKING = 'while :; do echo tick >> "$HYPERDOCK_DIR/out/ticks"; sleep 0.05; done'
"""Writes a line every now and then, so that a test can see whether it is still there."""


class RunnerFixtures:
    """Inherit a contract, and give the fixtures `open_runner` and `offer`."""

    @pytest.fixture
    def open_runner(self) -> OpenRunner:
        """Opens a runner of one and the same worker, new for this test, as each process would."""
        raise NotImplementedError

    @pytest.fixture
    def offer(self) -> JobOffer:
        """An offer that runs something; the contract gives it a command and ids."""
        raise NotImplementedError

    @pytest.fixture
    def runners(self, open_runner: OpenRunner) -> Iterator[OpenRunner]:
        """Opens runners that are closed after the test, with nothing of theirs left running."""
        opened: list[Runner] = []

        def opening() -> Runner:
            opened.append(open_runner())
            return opened[-1]

        yield opening
        for runner in opened:
            runner.close()
        last = open_runner()
        last.adopt([])
        last.close()

    @pytest.fixture
    def runner(self, runners: OpenRunner) -> Runner:
        """The runner that most tests use."""
        return runners()

    @pytest.fixture
    def order(self, offer: JobOffer, tmp_path: Path) -> MakeOrder:
        """Orders a shell script, each in a folder of its own."""

        def ordering(script: str) -> Order:
            return make_order(replace(offer, command=("sh", "-c", script)), tmp_path)

        return ordering


def make_order(offer: JobOffer, folder: Path) -> Order:
    """An order for an attempt of its own, with its folder prepared."""
    job_id = f"job-{uuid4().hex}"
    attempt = AttemptFolder(path=folder / f"{job_id}-1")
    out = attempt.target / "out"
    out.mkdir(parents=True)
    for each in (attempt.target, out):
        each.chmod(0o777)
    (attempt.target / "params.json").write_text('{"x": 1}')
    return Order(offer=replace(offer, job_id=job_id), folder=attempt, slot=0)


def run(runner: Runner, order: Order) -> Exit:
    """Starts a target, waits for its end, and discards it."""
    running = runner.start(order)
    ended = wait(runner, running)
    runner.discard(running)
    return ended


def wait(runner: Runner, running: Running) -> Exit:
    """The exit, which has to come soon."""
    ended = runner.wait(running, SOON)
    assert ended is not None
    return ended


def end(runner: Runner, running: Running) -> None:
    """Ends a target by force and forgets it."""
    runner.stop(running, force=True)
    wait(runner, running)
    runner.discard(running)


def until(happened: Callable[[], object]) -> None:
    """Waits for something that has to happen soon."""
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def read(path: Path) -> str:
    """What is in a file so far."""
    return path.read_text() if path.exists() else ""


def ticks(order: Order) -> int:
    """How many lines `TICKING` has written so far."""
    return len(read(order.folder.target / "out" / "ticks"))


def assert_still(order: Order) -> None:
    """Nothing writes ticks any more."""
    before = ticks(order)
    time.sleep(0.3)
    assert ticks(order) == before
