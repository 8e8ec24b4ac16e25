"""Waiting for the end of a process that need not be our child."""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass

from hyperdock_worker.local_process.processes import identity

_POLL = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaped:
    """What the system tells a parent about its ended child; nothing of others' children."""

    status: int | None = None
    peak_memory: int | None = None


class EndOfProcess:
    """Notices the end of one process at once where the system has pidfds, else by polling."""

    def __init__(self, pid: int, known: str) -> None:
        self._pid = pid
        self._identity = known
        self._pidfd = _pidfd(pid)
        self._ended = False
        if identity(pid) != known:  # asked after the pidfd was taken, so that is of the right one
            self._ended = True

    @property
    def ended(self) -> bool:
        """Whether it has ended, as far as was noticed."""
        return self._ended

    def wait(self, timeout: float) -> bool:
        """Waits for the end; true when it has come."""
        if not self._ended and self._came(max(0.0, timeout)):
            self._ended = True
        return self._ended

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to the process' group, unless the process has ended."""
        if self.wait(0):
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, number)

    def is_our_zombie(self) -> bool:
        """Whether it has ended and is a child that was not reaped yet."""
        try:
            ended = os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return False
        return ended is not None

    def reap(self) -> Reaped:
        """Takes an ended child off the system's books."""
        try:
            pid, status, used = os.wait4(self._pid, os.WNOHANG)
        except ChildProcessError:
            return Reaped()
        if pid == 0:
            return Reaped()
        return Reaped(status=os.waitstatus_to_exitcode(status), peak_memory=used.ru_maxrss * 1024)

    def close(self) -> None:
        """Lets go of the process."""
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def _came(self, timeout: float) -> bool:
        if self._pidfd is None:
            return self._polled(timeout)
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(timeout * 1000))

    def _polled(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while self._is_there():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL)
        return True

    def _is_there(self) -> bool:
        return not self.is_our_zombie() and identity(self._pid) == self._identity


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):  # not on this system, or the process is gone
        return None
