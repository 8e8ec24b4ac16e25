"""From the file that a target prints into to its log, which may be much shorter.

The target has its output file open and appends to it at its own pace; nobody can hold it back. The
log is copied from it, with the secrets hidden, and what is printed beyond the log's limit is cut
off the file from time to time, so that a flood does not fill the disk.
"""

import contextlib
import os
from pathlib import Path

from hyperdock_worker.capped_log import TAIL, CappedLog
from hyperdock_worker.redaction import Redaction

SPILL = 16 << 20
"""How much may pile up beyond the limit before it is cut off."""

_PIECE = 1 << 20


class OutputCopy:
    """Copies one target's output into its log; a later process goes on where this one was."""

    def __init__(
        self, output: Path, log: Path, limit: int, redaction: Redaction | None = None
    ) -> None:
        self._output = output
        self._limit = limit
        self._log = CappedLog(log, limit)
        self._known = self._log.size
        self._redaction = redaction or Redaction()
        # From the beginning, to see also what stands across the place where the log ends now.
        self._hidden = self._redaction.stream()
        self._seen = 0 if self._redaction.reach else self._known
        self._said = self._seen
        self._descriptor = _opened(output)
        self._cut = 0
        self._tail = b""

    def advance(self) -> None:
        """Copies what was printed since the last call."""
        if self._descriptor is None:
            return
        while self._log.room and (piece := self._read(_PIECE, self._seen)):
            self._seen += len(piece)
            self._say(self._hidden.feed(piece))
        size = os.fstat(self._descriptor).st_size
        if size > self._limit + SPILL:
            self._keep_tail(size)
            os.truncate(self._output, self._limit)
            self._cut += size - self._limit

    def finish(self) -> None:
        """Completes the log after the target's end and removes the output file."""
        if self._descriptor is not None:
            self.advance()
            self._say(self._hidden.end())
            size = os.fstat(self._descriptor).st_size
            beyond = self._cut + max(0, size - self._limit)
            if beyond:
                self._keep_tail(size)
                tail = self._redaction.hide(self._tail)[-min(beyond, TAIL) :]
                self._log.finish(tail, left_out=beyond - len(tail))
            self._output.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Lets go of the files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._log.close()

    def _say(self, content: bytes) -> None:
        """Appends what comes after what the log held at first."""
        self._log.append(content[max(0, self._known - self._said) :])
        self._said += len(content)

    def _keep_tail(self, size: int) -> None:
        """Keeps what the log may end with, and before it as much as tells what is a secret."""
        kept = TAIL + self._redaction.reach
        first = self._limit if self._tail else max(0, self._limit - self._redaction.reach)
        start = max(first, size - kept)
        self._tail = (self._tail + self._read(size - start, start))[-kept:]

    def _read(self, count: int, offset: int) -> bytes:
        return os.pread(self._descriptor or 0, count, offset)


def _opened(path: Path) -> int | None:
    """None where an earlier process finished the copy."""
    with contextlib.suppress(FileNotFoundError):
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return None
