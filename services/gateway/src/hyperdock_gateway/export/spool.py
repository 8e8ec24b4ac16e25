"""Lines whose length must be known before the first can be sent: squeezed, beside the memory."""

import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Final, Self

from hyperdock_common.errors import StorageUnavailable
from hyperdock_gateway.archives import Content

MOST: Final = 1024 * 1024 * 1024
"""Bytes that one spool may take, squeezed: that is about ten times as much, unpacked."""

_IN_MEMORY: Final = 1024 * 1024
_PIECE: Final = 64 * 1024
_FAST: Final = 1


class Spool:
    """Takes lines, then gives them as a content; to be left when that was read."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def fill(self) -> Iterator[None]:
        """Takes them, one a step.

        Raises:
            StorageUnavailable: they are too many.
        """
        squeeze = zlib.compressobj(_FAST)
        for each in self._lines:
            self._size += len(each)
            self._file.write(squeeze.compress(each))
            if self._file.tell() > MOST:
                raise StorageUnavailable("there is too much to be exported as a bundle")
            yield
        self._file.write(squeeze.flush())

    def content(self) -> Content:
        """What was taken; to be read once."""
        return Content(self._size, self._read())

    def _read(self) -> Iterator[bytes]:
        self._file.seek(0)
        unsqueeze = zlib.decompressobj()
        while squeezed := self._file.read(_PIECE):
            while squeezed:
                yield unsqueeze.decompress(squeezed, _PIECE)
                squeezed = unsqueeze.unconsumed_tail
        yield unsqueeze.flush()
