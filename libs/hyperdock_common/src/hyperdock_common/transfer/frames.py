"""Text in frames, each of which can be unpacked by itself: the only place that knows zstandard.

A file of whole zstd frames is what `zstdcat` reads, and what can be read from the middle by whoever
knows where a frame begins. Each frame has a checksum of its own.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO, Final

import zstandard

_LEVEL: Final = 3
_MAGIC: Final = b"\x28\xb5\x2f\xfd"
LARGEST_FRAME: Final = 64 << 20
"""Bytes that a frame may unpack to: who reads one by itself holds it in memory."""
_LONGEST_LINE: Final = 48 << 20


class BrokenFrame(ValueError):
    """Raised when packed text cannot be unpacked, or is not what it should be."""


def pack(text: bytes) -> bytes:
    """A frame of its own."""
    packer = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True, write_content_size=True)
    return packer.compress(text)


def unpack(frame: bytes) -> bytes:
    """The text of one frame.

    Raises:
        BrokenFrame: it is cut or changed, or much larger than any that we write.
    """
    try:
        if zstandard.frame_content_size(frame) > LARGEST_FRAME:
            raise BrokenFrame("a frame is larger than any that Hyperdock writes")
        return zstandard.ZstdDecompressor().decompress(frame, max_output_size=LARGEST_FRAME)
    except zstandard.ZstdError as error:
        raise BrokenFrame(f"a frame cannot be unpacked: {error}") from error


def lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, packed or plain, in bounded memory; the last may lack its end.

    Raises:
        BrokenFrame: what is packed was changed. (What was cut ends early: see what came last.)
    """
    buffered = io.BufferedReader(_opened(file), 1 << 20)
    try:
        while line := buffered.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise BrokenFrame("a line is longer than any event")
            yield line
    except zstandard.ZstdError as error:
        raise BrokenFrame(f"it cannot be unpacked: {error}") from error


def _opened(file: BinaryIO) -> io.RawIOBase:
    begins = file.read(len(_MAGIC))
    file.seek(-len(begins), io.SEEK_CUR)
    if begins != _MAGIC:
        return _Plain(file)
    reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    return _Plain(reader)


class _Plain(io.RawIOBase):
    """Whatever can be read, in the form that buffering asks for; closing it closes nothing."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer does
        """Fills the buffer."""
        got = self._source.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)
