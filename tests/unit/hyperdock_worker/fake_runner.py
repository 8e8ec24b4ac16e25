"""A runner in memory. Its engine outlives the workers, as a real one does, and forgets nothing.

A target does what a test tells it to, when it tells it to; or what the engine's `behaviour` says,
the moment it is started.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.ports import Exit, Order, Running

TERM, KILL = "TERM", "KILL"
_CODES = {TERM: 143, KILL: 137}


class FakeTarget:
    """A target in the hands of a test.

    Attributes:
        signals: what it was sent.
        stubborn: it does not care for TERM.
    """

    def __init__(self, order: Order, worker_id: str) -> None:
        self.order = order
        self.worker_id = worker_id
        self.handle = f"{worker_id}/{order.offer.job_id}/{order.offer.attempt}"
        self.key = (order.offer.job_id, order.offer.attempt)
        self.started_at = time.time()
        self.signals: list[str] = []
        self.stubborn = False
        self.changed = threading.Condition()
        self.exit: Exit | None = None

    @property
    def folder(self) -> Path:
        """What it sees as HYPERDOCK_DIR."""
        return self.order.folder.target

    def prints(self, text: str) -> None:
        """Writes to its standard output."""
        with self.order.folder.log.open("a") as log:
            log.write(text)

    def writes(self, name: str, content: str) -> None:
        """Writes a file."""
        (self.folder / name).write_text(content)

    def reports(self, step: int, loss: float) -> None:
        """Reports an intermediate metric."""
        with (self.folder / "metrics.jsonl").open("a") as file:
            file.write(json.dumps({"step": step, "loss": loss}) + "\n")

    def succeeds(self, loss: float = 0.5) -> None:
        """Writes its loss and ends."""
        self.writes("loss.json", json.dumps(loss))
        self.ends(0)

    def ends(self, code: int) -> None:
        """Ends with an exit code, if it runs."""
        self.leaves(Exit(code=code, seconds=time.time() - self.started_at))

    def leaves(self, ended: Exit) -> None:
        """Ends in any way, if it runs."""
        with self.changed:
            self.exit = self.exit or ended
            self.changed.notify_all()

    def receives(self, signal: str) -> None:
        """Gets a signal; ends by it unless it is a stubborn one's TERM."""
        self.signals.append(signal)
        if signal == KILL or not self.stubborn:
            self.ends(_CODES[signal])


class FakeEngine:
    """What runs the targets of all workers.

    Attributes:
        started: every target that was ever started.
        behaviour: what a target does the moment it is started.
        refusal: why nothing can be started, if so.
        checks: how often someone asked whether it is there.
        waits: how often someone waited for a target.
    """

    def __init__(self) -> None:
        self.started: list[FakeTarget] = []
        self.behaviour: Callable[[FakeTarget], None] = lambda _: None
        self.refusal: CannotStart | None = None
        self.checks = 0
        self.waits = 0
        self._targets: dict[str, FakeTarget] = {}
        self._lock = threading.Lock()
        self._away = threading.Event()

    @property
    def running(self) -> list[FakeTarget]:
        """The targets that have not ended."""
        return [each for each in self.started if each.exit is None]

    @property
    def traces(self) -> list[FakeTarget]:
        """The targets that nobody discarded."""
        with self._lock:
            return list(self._targets.values())

    def goes_away(self) -> None:
        """It does not answer any more; its targets go on."""
        self._away.set()
        for target in self.started:
            with target.changed:
                target.changed.notify_all()

    def comes_back(self) -> None:
        """It answers again."""
        self._away.clear()

    @property
    def is_away(self) -> bool:
        """Whether it does not answer."""
        return self._away.is_set()

    def answer(self) -> None:
        """Raises where it is away."""
        if self.is_away:
            raise RunnerUnavailable("the engine does not answer")

    def take_on(self, target: FakeTarget) -> FakeTarget:
        """Starts a target, unless it has it already."""
        with self._lock:
            if target.handle in self._targets:
                return self._targets[target.handle]
            self._targets[target.handle] = target
            self.started.append(target)
        self.behaviour(target)
        return target

    def find(self, handle: str) -> FakeTarget | None:
        """A target that was not discarded."""
        with self._lock:
            return self._targets.get(handle)

    def forget(self, handle: str) -> None:
        """Kills a target if it still runs, and keeps no trace of it."""
        with self._lock:
            target = self._targets.pop(handle, None)
        if target is not None and target.exit is None:
            target.receives(KILL)


class FakeRunner:
    """The port Runner, on a `FakeEngine`, for one worker."""

    def __init__(self, engine: FakeEngine, worker_id: str = "w1") -> None:
        self._engine = engine
        self._worker_id = worker_id

    def check(self) -> None:
        """See `Runner.check`."""
        self._engine.checks += 1
        self._engine.answer()

    def start(self, order: Order) -> Running:
        """See `Runner.start`."""
        self._engine.answer()
        if self._engine.refusal is not None:
            raise self._engine.refusal
        params = json.loads((order.folder.target / "params.json").read_text())
        if params != order.offer.params:
            raise CannotStart("cannot_start", f"unexpected params: {params}")
        return _running(self._engine.take_on(FakeTarget(order, self._worker_id)))

    def adopt(self, orders: Sequence[Order]) -> Sequence[Running]:
        """See `Runner.adopt`."""
        self._engine.answer()
        wanted = {order.folder.path: order for order in orders}
        found = []
        for target in self._engine.traces:
            if target.worker_id != self._worker_id:
                continue
            if target.order.folder.path in wanted:
                found.append(_running(target))
            else:
                self._engine.forget(target.handle)
        return found

    def wait(self, running: Running, timeout: float) -> Exit | None:
        """See `Runner.wait`."""
        self._engine.waits += 1
        target = self._engine.find(running.handle)
        if target is None:
            raise KeyError(running.handle)
        with target.changed:
            target.changed.wait_for(lambda: target.exit or self._engine.is_away, timeout)
            if target.exit is None and self._engine.is_away:
                return Exit(code=None, lost="the engine went away")
            return target.exit

    def stop(self, running: Running, *, force: bool) -> None:
        """See `Runner.stop`."""
        self._engine.answer()
        target = self._engine.find(running.handle)
        if target is not None and target.exit is None:
            target.receives(KILL if force else TERM)

    def discard(self, running: Running) -> None:
        """See `Runner.discard`: what still runs is killed."""
        self._engine.answer()
        self._engine.forget(running.handle)

    def close(self) -> None:
        """See `Runner.close`."""


def _running(target: FakeTarget) -> Running:
    return Running(
        order=target.order,
        started_at=target.started_at,
        handle=target.handle,
        info={"host": "fake", "handle": target.handle},
    )
