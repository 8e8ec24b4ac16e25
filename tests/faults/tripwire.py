"""Runs a service that kills or freezes itself at a chosen point of its work.

    python -m tests.faults.tripwire append:before:3:KILL -- hyperdock_supervisor --mongodb …

A wire is `point:when:count:what`: `before` its third call of `append` has any effect, or `after`
it went well, the process gets a KILL or a STOP. With a count of 0 that is the next call after it
was let: each USR1 lets the next such wire. `TWICE` makes every call twice. The product knows
nothing of it: the methods of the adapters are wrapped here.
"""

import functools
import importlib
import os
import runpy
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

TRIPPED: Final = "tripped "
TWICE: Final = "TWICE"
_ADAPTERS: Final = "hyperdock_common.adapters"
POINTS: Final = MappingProxyType(
    {
        "append": (f"{_ADAPTERS}.mongodb.log", "MongoEventLog", "append"),
        "save": (f"{_ADAPTERS}.mongodb.views", "MongoViewStore", "save"),
        "put_folder": (f"{_ADAPTERS}.mongodb.artifacts", "MongoArtifactStore", "put_folder"),
        "publish": (f"{_ADAPTERS}.rabbitmq.bus", "RabbitBus", "publish"),
        "receive": (f"{_ADAPTERS}.rabbitmq.bus", "RabbitBus", "receive"),
        "ack": (f"{_ADAPTERS}.rabbitmq.bus", "RabbitBus", "ack"),
        "offer": (f"{_ADAPTERS}.rabbitmq.bus", "RabbitBus", "offer"),
        "take": (f"{_ADAPTERS}.rabbitmq.bus", "RabbitBus", "take"),
        "relay": (f"{_ADAPTERS}.rabbitmq.bus", "RabbitBus", "relay"),
        "create": ("hyperdock_worker.docker_engine.client", "Engine", "create"),
        "start": ("hyperdock_worker.docker_engine.client", "Engine", "start"),
        "remove": ("hyperdock_worker.docker_engine.client", "Engine", "remove"),
        "folder": ("hyperdock_worker.folders", "AttemptFolders", "create"),
        "report": ("hyperdock_worker.folders", "AttemptFolders", "keep_report"),
    }
)
"""Where a wire can be laid: a module, a class of it, and the method that is the point."""

_gates: list[threading.Event] = []

SUPERVISOR: Final = ("receive", "append", "offer", "save", "relay", "ack")
WORKER: Final = ("take", "folder", "publish", "create", "start", "report", "put_folder", "remove")
GATEWAY: Final = ("publish",)
"""The points that a service of each kind comes by."""


@dataclass(frozen=True, slots=True)
class Wire:
    """At which call of which point what happens."""

    point: str
    before: bool
    count: int
    what: str

    @classmethod
    def parse(cls, text: str) -> "Wire":
        """A wire from `point:before|after:count:KILL|STOP|TWICE`."""
        point, when, count, what = text.split(":")
        known = what in {"KILL", "STOP", TWICE}
        if point not in POINTS or when not in {"before", "after"} or not known:
            raise SystemExit(f"there is no wire {text}")
        return cls(point, when == "before", int(count), what)

    def lay(self) -> None:
        """Wraps the method."""
        module, owner, method = POINTS[self.point]
        target = getattr(importlib.import_module(module), owner)
        wrap = self._doubled if self.what == TWICE else self._wrapped
        setattr(target, method, wrap(getattr(target, method)))

    def _wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        calls = 0
        tripped = False
        lock = threading.Lock()
        is_open = self._gate().is_set

        def is_due() -> bool:
            """Once, at the first call from the counted one on that comes here."""
            nonlocal tripped
            with lock:
                due = calls >= self.count and not tripped and is_open()
                tripped = tripped or due
            return due

        @functools.wraps(method)
        def wrapped(*args: Any, **options: Any) -> Any:
            nonlocal calls
            with lock:
                calls += 1
            if self.before and is_due():
                self._trip()
            result = method(*args, **options)
            if not self.before and is_due():
                self._trip()
            return result

        return wrapped

    def _doubled(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def doubled(*args: Any, **options: Any) -> Any:
            method(*args, **options)
            return method(*args, **options)

        return doubled

    def _gate(self) -> threading.Event:
        """What keeps it from being tripped: a count of 0 has to be let."""
        gate = threading.Event()
        if self.count:
            gate.set()
        else:
            _gates.append(gate)
        return gate

    def _trip(self) -> None:
        when = "before" if self.before else "after"
        os.write(2, f"{TRIPPED}{self.point}:{when}:{self.count}:{self.what}\n".encode())
        os.kill(os.getpid(), signal.Signals[f"SIG{self.what}"])


def wires(points: tuple[str, ...], what: str, count: int = 1) -> list[str]:
    """A wire before and one after each of these points."""
    return [f"{point}:{when}:{count}:{what}" for point in points for when in ("before", "after")]


def _open_next(*_: object) -> None:
    if _gates:
        _gates.pop(0).set()


def main() -> None:
    """Lays the wires and becomes the service."""
    signal.signal(signal.SIGUSR1, _open_next)
    end = sys.argv.index("--")
    for text in sys.argv[1:end]:
        Wire.parse(text).lay()
    module = sys.argv[end + 1]
    sys.argv = [module, *sys.argv[end + 2 :]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
