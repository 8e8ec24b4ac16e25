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
    others for before may still be done, as it would be. When it is dead it does not touch its own
    disk any more: its successor is alone there.
    """

    def __init__(self, world: World, cut: Cut | None = None, **settings: Any) -> None:
        self._cut = cut
        self._killed = threading.Event()
        self._lock = threading.Lock()
        self._at_disk: list[str] = []
        stores = Stores(
            log=tapped(world.log, self._tap),
            bus=tapped(world.bus, self._tap),
            views=tapped(world.views, self._tap),
            artifacts=tapped(world.artifacts, self._tap_disk),
        )
        runner = tapped(FakeRunner(world.engine), self._tap)
        self._worker = Worker(world.settings(**settings), stores, {"process": runner})
        folders = tapped(self._worker._tools.folders, self._tap_disk)
        self._worker._tools = replace(self._worker._tools, folders=folders)
        threading.Thread(target=self._worker.start, daemon=True).start()

    def is_dead(self) -> bool:
        """Whether it was killed, and nothing of it touches the disk any more."""
        with self._lock:
            return self._killed.is_set() and not self._at_disk

    def is_killed_or(self, happened: Callable[[], object]) -> None:
        """Waits until it is dead, or something else has happened."""
        until(lambda: self.is_dead() or happened(), f"the worker was killed {self._cut}")

    def kill(self) -> None:
        """Kills it, wherever it is."""
        self._die()
        until(self.is_dead, "the worker's last touch of the disk")

    def bury(self) -> None:
        """Kills it, and lets those of its threads end that only wait."""
        self.kill()
        self._worker._stop.set()

    def _die(self) -> None:
        with self._lock:
            self._killed.set()

    def _tap(self, name: str, args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        here = self._cut is not None and self._cut.meets(name, args)
        if here and self._cut and not self._cut.after:
            self._die()
        self._pass()
        try:
            return call()
        finally:
            if here:
                self._die()
            self._pass()

    def _tap_disk(self, name: str, args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        def at_disk() -> Any:
            with self._lock:
                is_alive = not self._killed.is_set()
                if is_alive:
                    self._at_disk.append(name)
            if not is_alive:
                self._pass()
            try:
                return call()
            finally:
                with self._lock:
                    self._at_disk.remove(name)

        return self._tap(name, args, at_disk)

    def _pass(self) -> None:
        if self._killed.is_set():
            threading.Event().wait()
