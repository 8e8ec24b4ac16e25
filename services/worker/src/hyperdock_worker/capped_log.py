"""A target's log on the worker's disk: it only ever grows, and only up to a limit.

Whoever ships the log elsewhere while it grows relies on that. Of a log that is too long its
beginning and its end are kept.
"""

from pathlib import Path

TAIL = 256 << 10


class CappedLog:
    """Appends to a log until it is full.

    Attributes:
        size: bytes in the log.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self._limit = limit
        # What an earlier process appended after the limit, its last words, is written again.
        self._file = path.open("ab", buffering=0)
        self.size = min(self._file.tell(), limit)
        self._file.truncate(self.size)

    @property
    def room(self) -> int:
        """How many bytes the log still takes."""
        return self._limit - self.size

    def append(self, content: bytes) -> None:
        """Appends what there is room for."""
        self._write(content[: self.room])

    def finish(self, tail: bytes, left_out: int | None) -> None:
        """Ends the log with the output's end, where some of the output was left out.

        Args:
            tail: the end of the output, at most `TAIL` bytes of it.
            left_out: how many bytes are missing before the tail; None where nobody knows.
        """
        if left_out != 0:
            amount = "some output was" if left_out is None else f"{left_out} bytes were"
            notice = f"\n[hyperdock: {amount} left out here, the end of the output follows]\n"
            tail = notice.encode() + _from_a_line_on(tail)
        self._write(tail)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            written = self._file.write(rest) or 0
            self.size += written
            rest = rest[written:]


def _from_a_line_on(tail: bytes) -> bytes:
    """Without the piece of a line that it begins with; also never half a character."""
    return tail[tail.find(b"\n") + 1 :]
