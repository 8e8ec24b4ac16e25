"""One target that runs as a local process, from its recorded start to its harvest."""

import contextlib
import os
import signal
import threading
import time

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.runner import Exit, Running
from hyperdock_worker.local_process.end import EndOfProcess, Reaped
from hyperdock_worker.local_process.files import AttemptFiles, Started
from hyperdock_worker.local_process.output import OutputCopy
from hyperdock_worker.local_process.processes import (
    command_of,
    is_of_this_boot,
    kill,
    memory,
    with_variables,
)
from hyperdock_worker.local_process.shim import SCRIPT, exit_code
from hyperdock_worker.redaction import Redaction
from hyperdock_worker.target_environment import DIR

LOOK = 0.25
"""How often a running target's output is copied and its memory measured."""

STOPPED = "stopped"
OUT_OF_MEMORY = "out of memory"
_SIGNAL_EXIT = 128
_DISCARD_PATIENCE = 5.0
_START_PATIENCE = 2.0
_SWEEPS = 200
_SWEEP_PAUSE = 0.005


class Target:
    """A started target; one thread looks after it, any thread may stop it."""

    def __init__(
        self,
        running: Running,
        files: AttemptFiles,
        started: Started,
        limit: int,
        redaction: Redaction,
    ) -> None:
        self.running = running
        self._files = files
        self._started = started
        self._memory_limit = running.order.offer.limits.memory
        self._end = EndOfProcess(started.pid, started.identity)
        self._output = OutputCopy(files.output, files.log, limit, redaction)
        self._asked = False
        self._killed = files.killed()
        self._exit: Exit | None = None
        self._lock = threading.Lock()

    def wait(self, timeout: float) -> Exit | None:
        """The exit as soon as there is one, None after `timeout` seconds without one."""
        deadline = time.monotonic() + timeout
        while not self._end.wait(min(LOOK, deadline - time.monotonic())):
            self._look_after()
            if time.monotonic() >= deadline:
                return None
        with self._lock:
            if self._exit is None:
                self._exit = self._harvest()
            return self._exit

    def stop(self, *, force: bool) -> None:
        """Asks it to end, or kills it with everything that it started."""
        self._asked = True
        if force:
            self._kill(STOPPED)
        else:
            self._await_target()
            self._end.send(signal.SIGTERM)

    def sweep(self) -> None:
        """Kills whatever the target started and left, wherever it has gone since."""
        for _ in range(_SWEEPS):  # what forks while it is being swept needs more than one go
            left = self._processes()
            if not left:
                return
            for pid in left:
                kill(pid)
            time.sleep(_SWEEP_PAUSE)

    def discard(self) -> None:
        """Lets go of an ended target; one that still runs is killed."""
        if self._exit is None:
            self.stop(force=True)
            self.wait(_DISCARD_PATIENCE)
        self.close()

    def close(self) -> None:
        """Lets go of it; a running target goes on."""
        with self._lock:
            self._end.close()
            self._output.close()

    def _look_after(self) -> None:
        with contextlib.suppress(OSError):  # a full disk: tried again next time
            self._output.advance()
        limit = self._memory_limit
        if limit is not None and memory(self._processes(), limit) > limit:
            self._kill(OUT_OF_MEMORY)

    def _await_target(self) -> None:
        """Waits until the shim has made way for the target: before that, nobody would hear TERM."""
        deadline = time.monotonic() + _START_PATIENCE
        while time.monotonic() < deadline and not self._end.wait(_SWEEP_PAUSE):
            if any(SCRIPT not in command_of(pid) for pid in self._processes()):
                return

    def _processes(self) -> list[int]:
        return [pid for pid, _ in with_variables({DIR: str(self._files.target)})]

    def _kill(self, why: str) -> None:
        if self._killed is None:
            self._killed = why
            with contextlib.suppress(OSError):  # a full disk, or the folder was removed
                self._files.mark_killed(why)
        self._end.send(signal.SIGKILL)
        self.sweep()

    def _harvest(self) -> Exit:
        # A child of ours stays a zombie until it is reaped: until then its group cannot be another.
        with contextlib.suppress(OSError):
            if self._end.is_our_zombie():
                os.killpg(self._started.pid, signal.SIGKILL)
        self.sweep()
        reaped = self._end.reap()
        with contextlib.suppress(OSError):
            self._output.finish()
        return self._judge(reaped)

    def _judge(self, reaped: Reaped) -> Exit:
        code = self._code(reaped.status)
        info: JsonObject = {}
        if reaped.peak_memory is not None:
            info["peak_memory"] = reaped.peak_memory
        return Exit(
            code=code,
            out_of_memory=self._killed == OUT_OF_MEMORY,
            lost=None if code is not None else self._why_lost(),
            seconds=max(0.0, (self._files.ended_at() or time.time()) - self._started.at),
            info=info,
        )

    def _code(self, status: int | None) -> int | None:
        """What the shim wrote, or else what else is known: it may not have come to write it."""
        code = exit_code(self._files.exit_code)
        if code is not None:
            return code
        if self._killed is not None:
            return _SIGNAL_EXIT + signal.SIGKILL
        if status is not None and status >= 0:  # it could not write: the disk is full
            return status
        if status is not None and self._asked:  # stopped so early that the shim had no trap yet
            return _SIGNAL_EXIT - status
        return None

    def _why_lost(self) -> str:
        if is_of_this_boot(self._started.identity):
            return "the process was killed from outside and left no exit code"
        return "the machine was started again while the process ran"
