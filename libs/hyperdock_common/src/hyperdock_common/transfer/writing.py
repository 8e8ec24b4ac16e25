"""Writes a file of events: frames of whole lines, between a header and a trailer."""

from hashlib import sha256
from typing import BinaryIO, Final

from hyperdock_common.ports import StoredEvent
from hyperdock_common.transfer.frames import pack
from hyperdock_common.transfer.lines import Header, Trailer, line_of

FRAME_EVENTS: Final = 1000
_FRAME_BYTES: Final = 4 << 20


class EventFile:
    """A file of events while it is written. Add facts in the order of their positions.

    Attributes:
        frames: of each frame of facts its first position, and where in the file it begins.
        end_of_frames: where the last of them ends.
        size: bytes written so far.
    """

    def __init__(self, file: BinaryIO, header: Header, *, packed: bool) -> None:
        self._file = file
        self._packed = packed
        self._lines: list[bytes] = []
        self._bytes = 0
        self._first = 0
        self._hash = sha256()
        self._count = 0
        self._last = header.after
        self._chain = header.chain
        self.frames: list[tuple[int, int]] = []
        self.size = 0
        self._write(line_of(header))
        self.end_of_frames = self.size

    def add(self, fact: StoredEvent) -> None:
        """One more fact."""
        line = line_of(fact)
        if not self._lines:
            self._first = fact.position
        self._lines.append(line)
        self._bytes += len(line)
        self._hash.update(line)
        self._count += 1
        self._last = fact.position
        self._chain = None if fact.chain is None else fact.chain.hex()
        if len(self._lines) >= FRAME_EVENTS or self._bytes >= _FRAME_BYTES:
            self._end_frame()

    def end(self) -> Trailer:
        """Writes the rest, and the trailer. The file stays open."""
        self._end_frame()
        trailer = Trailer(
            count=self._count,
            last=self._last,
            chain=self._chain,
            sha256=self._hash.hexdigest(),
        )
        self._write(line_of(trailer))
        return trailer

    def _end_frame(self) -> None:
        if self._lines:
            self.frames.append((self._first, self.size))
            self._write(b"".join(self._lines))
            self.end_of_frames = self.size
            self._lines.clear()
            self._bytes = 0

    def _write(self, text: bytes) -> None:
        content = pack(text) if self._packed else text
        self._file.write(content)
        self.size += len(content)
