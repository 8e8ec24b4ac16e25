"""Workers that are killed as by `kill -9`: from one call on, nothing of them does anything."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.unit.hyperdock_worker.fake_runner import FakeRunner
from tests.unit.hyperdock_worker.taps import tapped
from tests.unit.hyperdock_worker.waiting import until
from tests.unit.hyperdock_worker.world import World

from hyperdock_common.events import Event
from hyperdock_worker.worker import Stores, Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where a worker is killed: at a call, before it has done anything or after it has done all.

    Attributes:
        call: the name of a port's method, or of a method of the attempts' folders.
        event: only where an event of this kind is published.
    """

    call: str
    after: bool = False
    event: type[Event] | None = None

    def meets(self, name: str, args: tuple[Any, ...]) -> bool:
        """Whether this is the call."""
        if name != self.call:
            return False
        return self.event is None or any(isinstance(each.event, self.event) for each in args[0])

    def __str__(self) -> str:
        """For the test's name."""
        moment = "after" if self.after else "before"
        return f"{moment} {self.call}" + (f" {self.event.__name__}" if self.event else "")


class Process:
    """A worker in a process of its own.

    All that it does to the world goes through calls at which it may be killed. What it had asked
    for before may still be done, as it would be.
    """

    def __init__(self, world: World, cut: Cut | None = None, **settings: Any) -> None:
        self._cut = cut
        self.killed = threading.Event()
        stores = Stores(
            log=tapped(world.log, self._tap),
            bus=tapped(world.bus, self._tap),
            views=tapped(world.views, self._tap),
            artifacts=tapped(world.artifacts, self._tap),
        )
        runner = tapped(FakeRunner(world.engine), self._tap)
        self._worker = Worker(world.settings(**settings), stores, {"process": runner})
        folders = tapped(self._worker._tools.folders, self._tap)
        self._worker._tools = replace(self._worker._tools, folders=folders)
        threading.Thread(target=self._worker.start, daemon=True).start()

    def is_killed_or(self, happened: Callable[[], object]) -> None:
        """Waits until it is killed, or something else has happened."""
        until(lambda: self.killed.is_set() or happened(), f"the worker was killed {self._cut}")

    def kill(self) -> None:
        """Kills it, wherever it is."""
        self.killed.set()

    def bury(self) -> None:
        """Kills it, and lets those of its threads end that only wait."""
        self.kill()
        self._worker._stop.set()

    def _tap(self, name: str, args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        here = self._cut is not None and self._cut.meets(name, args)
        if here and self._cut and not self._cut.after:
            self.kill()
        self._pass()
        try:
            return call()
        finally:
            if here:
                self.kill()
            self._pass()

    def _pass(self) -> None:
        if self.killed.is_set():
            threading.Event().wait()
