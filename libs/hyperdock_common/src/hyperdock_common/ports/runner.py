"""The port to what runs targets: a container engine, or the operating system."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hyperdock_common.json_types import JsonObject
from hyperdock_common.offer import JobOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFolder:
    """Where an attempt lives on the worker's disk.

    Attributes:
        path: the folder; it outlives the worker's process.
    """

    path: Path

    @property
    def target(self) -> Path:
        """What the target sees as HYPERDOCK_DIR: params.json, loss.json, out/, …."""
        return self.path / "hyperdock"

    @property
    def log(self) -> Path:
        """The target's standard output and error."""
        return self.path / "log.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One attempt to run, by one slot of a worker."""

    offer: JobOffer
    folder: AttemptFolder
    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A target that was started: `info` tells people where (host, container, digest or pid)."""

    order: Order
    started_at: float
    handle: str
    info: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a target ended.

    Attributes:
        code: the exit code; 128 + n where signal n ended it; None where nobody knows.
        out_of_memory: it, or a child of it, was killed for want of memory.
        lost: why the attempt is to be called lost (the engine went away), None for a real end.
        cannot_start: what is wrong with the specification, where the engine took the target on and
            only then found out (its command is not in the image).
        seconds: run time, where known.
    """

    code: int | None
    out_of_memory: bool = False
    lost: str | None = None
    cannot_start: str | None = None
    seconds: float | None = None
    info: JsonObject = field(default_factory=dict)


class Runner(Protocol):
    """Runs targets in their attempt folders, and finds them again after a restart.

    `HYPERDOCK_DIR` in the target names the place of `folder.target`. What the target prints is in
    `folder.log` when `wait` has returned its exit. Thread safe: one thread per attempt.
    """

    def check(self) -> None:
        """Says whether targets could be started now.

        Raises:
            RunnerUnavailable: the engine does not answer.
        """

    def start(self, order: Order) -> Running:
        """Starts a target; the attempt folder with its params.json is there.

        Never starts a second target for the same (job, attempt).

        Raises:
            CannotStart: this target cannot run as specified (no such image, no such program).
            RunnerUnavailable: the engine does not answer; nothing runs.
        """

    def adopt(self, orders: Sequence[Order]) -> Sequence[Running]:
        """Those of `orders` that an earlier process started: still running, or ended since.

        What was prepared but never started is removed; so is what this worker left running that
        is not among `orders`.

        Raises:
            RunnerUnavailable: the engine does not answer.
        """

    def wait(self, running: Running, timeout: float) -> Exit | None:
        """The exit as soon as there is one, None after `timeout` seconds without one."""

    def stop(self, running: Running, *, force: bool) -> None:
        """Asks the target to end (TERM), or ends it with all its children (KILL)."""

    def discard(self, running: Running) -> None:
        """Removes every trace of an ended target but its folder. Repeating it does no harm."""

    def close(self) -> None:
        """Lets go of the engine; running targets go on."""
