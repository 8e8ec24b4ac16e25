"""Puts a file of events into a log: an empty one, or one that begins with the same facts.

So an import that was interrupted goes on when it is done again: what is there already is compared,
and what is missing is appended.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.errors import Conflict, HyperdockError
from hyperdock_common.ports import StoredEvent, StoredLog
from hyperdock_common.transfer.lines import Header, Trailer
from hyperdock_common.transfer.reading import EventReader
from hyperdock_common.transfer.sections import chain_at

_BATCH: Final = 500
_BATCH_BYTES: Final = 4 << 20


class Target(StoredLog, Protocol):
    """The log to put them into."""

    def head(self) -> int:
        """The last position."""


class CannotImport(HyperdockError):
    """Raised when a file does not belong into this log; nothing that is there was changed.

    Attributes:
        position: of the first fact that does not.
    """

    def __init__(self, position: int, problem: str) -> None:
        self.position = position
        super().__init__(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was done.

    Attributes:
        there: how many of the facts were there already.
        added: how many were appended.
        trailer: of the file.
    """

    there: int
    added: int
    trailer: Trailer


def examine(path: Path, progress: Progress = silent) -> tuple[Header, Trailer]:
    """Reads a whole file and looks at everything in it.

    Raises:
        DamagedFile: it was cut or changed.
        OSError: as the file raises it.
    """
    with path.open("rb") as file:
        reader = EventReader(file, str(path))
        header = reader.header
        for fact in reader.facts():
            progress("events examined", fact.position - header.after, header.to - header.after)
    return header, _trailer(reader)


def import_events(path: Path, log: Target, progress: Progress = silent) -> Imported:
    """Appends what the log does not have. The file is examined as a whole before.

    Raises:
        DamagedFile: the file was cut or changed; nothing was appended.
        CannotImport, StorageUnavailable, OSError: as `import_examined`.
    """
    examine(path, progress)
    return import_examined(path, log, progress)


def import_examined(
    path: Path,
    log: Target,
    progress: Progress = silent,
    begin: Callable[[], object] = lambda: None,
) -> Imported:
    """The same with a file that `examine` has found whole.

    Args:
        path: of the file.
        log: where to.
        progress: told of "events imported".
        begin: called before the first fact is appended.

    Raises:
        DamagedFile: the file was changed since.
        CannotImport: it is a part only, begins too late, or the log has other facts: nothing was
            appended; or another writer has been at the log in the meantime.
        StorageUnavailable, OSError: as the log and the file raise them; it may be done again.
    """
    head = log.head()
    there = added = 0
    with path.open("rb") as file:
        reader = EventReader(file, str(path))
        header = reader.header
        _refuse_unfit(header, log, head)
        for batch in _batches(reader.facts(), head):
            if batch[0].position <= head:
                _compare(batch, log)
                there += len(batch)
            else:
                if not added:
                    begin()
                _restore(batch, log)
                added += len(batch)
            done = batch[-1].position - header.after
            progress("events imported", done, header.to - header.after)
    return Imported(there=there, added=added, trailer=_trailer(reader))


def _trailer(reader: EventReader) -> Trailer:
    if reader.trailer is None:
        raise RuntimeError("facts end with the trailer or not at all")
    return reader.trailer


def _refuse_unfit(header: Header, log: StoredLog, head: int) -> None:
    if header.stream is not None:
        problem = f"the file holds the facts of {header.stream} alone: only whole logs are imported"
        raise CannotImport(header.after, problem)
    if header.after > head:
        problem = (
            f"the file begins behind position {header.after}, and the log ends at {head}: "
            "import what comes before first"
        )
        raise CannotImport(header.after, problem)
    chain = chain_at(log, header.after)
    if header.chain is not None and chain is not None and header.chain != chain.hex():
        problem = f"the log differs from the file's at or before position {header.after}"
        raise CannotImport(header.after, problem)


def _batches(facts: Iterator[StoredEvent], head: int) -> Iterator[list[StoredEvent]]:
    """Some at a time; none has both what is there and what is not."""
    batch: list[StoredEvent] = []
    size = 0
    for fact in facts:
        crosses = bool(batch) and batch[-1].position <= head < fact.position
        if crosses or len(batch) >= _BATCH or (batch and size + len(fact.body) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(fact)
        size += len(fact.body)
    if batch:
        yield batch


def _compare(batch: Sequence[StoredEvent], log: StoredLog) -> None:
    held = {each.position: each for each in log.stored(batch[0].position - 1, len(batch))}
    for fact in batch:
        there = held.get(fact.position)
        if there is None or _bare(there, fact) != _bare(fact, there):
            raise CannotImport(
                fact.position,
                f"the log has something else at position {fact.position}: it is another log, or "
                "went another way since; nothing was appended",
            )


def _bare(fact: StoredEvent, other: StoredEvent) -> StoredEvent:
    """A fact without what the other one was recorded without."""
    return replace(
        fact,
        version=None if other.version is None else fact.version,
        chain=None if other.chain is None else fact.chain,
    )


def _restore(batch: Sequence[StoredEvent], log: StoredLog) -> None:
    try:
        log.restore(batch)
    except Conflict as error:
        raise CannotImport(
            batch[0].position,
            f"another writer has been at the log (it ends at {error.actual}, "
            f"not at {error.expected}): stop its supervisor, and begin again",
        ) from error
