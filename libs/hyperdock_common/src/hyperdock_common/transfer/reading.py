"""Reads a file of events, and believes nothing of it: whatever was changed or cut is named."""

from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

from hyperdock_common.errors import HyperdockError
from hyperdock_common.ports import StoredEvent
from hyperdock_common.transfer.continuity import Broken, Continuity
from hyperdock_common.transfer.frames import BrokenFrame, lines
from hyperdock_common.transfer.lines import Header, NotALine, Trailer, read_line


class DamagedFile(HyperdockError):
    """Raised when a file of events is none, was cut or changed.

    Attributes:
        name: of the file.
        position: behind which it is damaged.
    """

    def __init__(self, name: str, position: int, problem: str) -> None:
        self.name = name
        self.position = position
        self.problem = problem
        super().__init__(f"{name} is damaged behind position {position}: {problem}")


class EventReader:
    """A file of events while it is read, once, from its begin.

    Args:
        file: where its bytes come from.
        name: what to call it where it is damaged.

    Attributes:
        header: its first line.
        trailer: its last line; None until all facts were read.

    Raises:
        DamagedFile: it does not begin as such a file does.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._lines = lines(file)
        self._name = name
        self._hash = sha256()
        self._count = 0
        self._position = 0
        self.trailer: Trailer | None = None
        first = self._next()
        try:
            header = None if first is None else read_line(first)
        except NotALine as error:
            raise self._damaged(f"it does not begin as a file of events does: {error}") from error
        if not isinstance(header, Header):
            raise self._damaged("it does not begin as a file of events does")
        self.header: Header = header
        self._position = header.after
        self._chain = None if header.chain is None else bytes.fromhex(header.chain)
        self._continuity = Continuity(header.after, self._chain)

    def facts(self) -> Iterator[StoredEvent]:
        """Its facts, each checked against those before it; in the end the trailer.

        Raises:
            DamagedFile: a line is no fact, out of order or not the one that the chain was made of;
                or the file does not end as it should.
        """
        while (text := self._next()) is not None:
            try:
                line = read_line(text)
            except NotALine as error:
                raise self._damaged(f"the next line cannot be read: {error}") from error
            if isinstance(line, Trailer):
                self._end(line)
                return
            if isinstance(line, Header):
                raise self._damaged("another file begins in the middle of this one")
            self._check(line)
            self._hash.update(text)
            self._count += 1
            self._position, self._chain = line.position, line.chain
            yield line
        raise self._damaged("it was cut: its end is missing")

    def _check(self, fact: StoredEvent) -> None:
        header = self.header
        if header.stream is not None:
            if fact.position <= self._position or fact.stream != header.stream:
                raise self._damaged(f"position {fact.position} does not belong behind it")
            return
        try:
            self._continuity.follow(fact)
        except Broken as error:
            raise self._damaged(str(error)) from error

    def _end(self, trailer: Trailer) -> None:
        if self._next() is not None:
            raise self._damaged("something stands behind its end")
        if (trailer.count, trailer.last) != (self._count, self._position):
            raise self._damaged(
                f"its end tells of {trailer.count} facts up to position {trailer.last}, "
                f"it holds {self._count}"
            )
        if trailer.chain != (None if self._chain is None else self._chain.hex()):
            raise self._damaged("its end tells of another hash than its last fact")
        if trailer.sha256 != self._hash.hexdigest():
            raise self._damaged("its facts are not those that its end was made of")
        if self.header.stream is None and self._position != self.header.to:
            raise self._damaged(f"its header tells of facts up to position {self.header.to}")
        self.trailer = trailer

    def _next(self) -> bytes | None:
        try:
            return next(self._lines, None)
        except BrokenFrame as error:
            raise self._damaged(str(error)) from error

    def _damaged(self, problem: str) -> DamagedFile:
        return DamagedFile(self._name, self._position, problem)
