"""One service as a process of its own, to be killed, paused and started again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.tripwire import TRIPPED

_PATIENCE = 30.0


@dataclass
class Service:
    """A command of ours.

    Attributes:
        name: what it is called here; also the name of its log.
        module: the package whose `__main__` it is.
        kills: how often it was killed.
        tripwires: where its next process does something to itself (see `tests.faults.tripwire`).
        within: a command that its next process is run by, e.g. `ip netns exec …`.
    """

    name: str
    module: str
    options: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    kills: int = 0
    tripwires: Sequence[str] = ()
    within: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def kind(self) -> str:
        """What kind of service it is: supervisor, worker, …."""
        return self.module.removeprefix("hyperdock_")

    @property
    def runs(self) -> bool:
        """Whether its process is there (paused or not)."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Starts it; returns at once."""
        if self.runs:
            return
        module = ["tests.faults.tripwire", *self.tripwires, "--", self.module]
        command = module if self.tripwires else [self.module]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.within, sys.executable, "-m", *command, *self.options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environ},
                start_new_session=True,
            )

    def kill(self) -> None:
        """KILL, at once."""
        if self.process is not None and self.runs:
            self.process.kill()
            self.process.wait(_PATIENCE)
            self.kills += 1

    def stop(self, patience: float = _PATIENCE) -> int:
        """TERM; its exit code.

        Raises:
            subprocess.TimeoutExpired: it did not end in time.
        """
        if self.process is None:
            return 0
        self.resume()
        if self.runs:
            self.process.terminate()
        return self.process.wait(patience)

    def pause(self) -> None:
        """Freezes it, as a machine that swaps or sleeps would."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Wakes it up."""
        self._signal(signal.SIGCONT)

    def open_wire(self) -> None:
        """Lets it trip its next wire that waits for that."""
        self._signal(signal.SIGUSR1)

    @property
    def is_paused(self) -> bool:
        """Whether its process is frozen (by us or by itself)."""
        return self.runs and self._state() == "T"

    def tripped(self) -> list[str]:
        """The wires that its processes have tripped so far."""
        lines = self.lines()
        return [line.removeprefix(TRIPPED) for line in lines if line.startswith(TRIPPED)]

    def said(self, event: str) -> list[dict[str, Any]]:
        """What it has logged of a kind so far."""
        written = f'"{event}"'
        lines = [line for line in self.lines() if written in line and line.startswith("{")]
        return [each for line in lines if (each := json.loads(line))["event"] == event]

    def lines(self) -> list[str]:
        """Its log so far."""
        if not self.log.exists():
            return []
        return self.log.read_text("utf-8", errors="replace").splitlines()

    def wait_for_end(self, patience: float) -> int | None:
        """Its exit code, None if it did not end in time."""
        deadline = time.monotonic() + patience
        while self.runs and time.monotonic() < deadline:
            time.sleep(0.02)
        return None if self.process is None or self.runs else self.process.returncode

    def _state(self) -> str:
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text("ascii", errors="replace")
        except OSError:
            return ""
        return stat.rpartition(")")[2].split()[0]

    @property
    def pid(self) -> int:
        """Its process id; 0 where there is none."""
        return self.process.pid if self.process is not None else 0

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.runs:
            self.process.send_signal(number)


@contextmanager
def thawed(service: Service, after: float = 1.0) -> Iterator[None]:
    """Wakes a service up so many seconds after each time that it froze."""
    over = threading.Event()

    def thaw() -> None:
        while not over.wait(0.05):
            if service.is_paused:
                over.wait(after)
                service.resume()

    thread = threading.Thread(target=thaw, name="thaw")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        service.resume()
