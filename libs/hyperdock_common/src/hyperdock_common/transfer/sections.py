"""A section of a log as its store has it, looked at on the way: nothing broken is handed on."""

from collections.abc import Iterator
from typing import Final

from hyperdock_common.errors import HyperdockError
from hyperdock_common.ports import StoredEvent, StoredLog
from hyperdock_common.transfer.continuity import Broken, Continuity

_PAGE: Final = 500


class BrokenLog(HyperdockError):
    """Raised when a log cannot be copied because it is damaged itself.

    Attributes:
        position: behind which it is.
    """

    def __init__(self, position: int, problem: str) -> None:
        self.position = position
        super().__init__(
            f"the log is damaged behind position {position}: {problem}; "
            "`hyperdock events verify` says more"
        )


def stored_at(log: StoredLog, position: int) -> StoredEvent | None:
    """The fact at a position; None where there is none."""
    found = log.stored(position - 1, 1) if position else ()
    return next((each for each in found if each.position == position), None)


def chain_at(log: StoredLog, position: int) -> bytes | None:
    """The chain up to and with a position; None where there is none."""
    found = stored_at(log, position)
    return None if found is None else found.chain


def raw_section(log: StoredLog, after: int, to: int) -> Iterator[StoredEvent]:
    """What stands behind `after` up to `to`, unchecked, in order."""
    while after < to:
        page = log.stored(after, _PAGE)
        for fact in page:
            if fact.position > to:
                return
            yield fact
        if not page:
            return
        after = page[-1].position


def section(log: StoredLog, after: int, to: int, chain: bytes | None) -> Iterator[StoredEvent]:
    """The facts behind `after` up to `to`, in order, all of them.

    Args:
        log: whose.
        after: behind which position they begin.
        to: the last one's position.
        chain: of the fact at `after`; None where it has none.

    Raises:
        BrokenLog: one is missing, or the hash chain does not hold.
        StorageUnavailable: as the log raises it.
    """
    continuity = Continuity(after, chain)
    for fact in raw_section(log, after, to):
        try:
            continuity.follow(fact)
        except Broken as error:
            raise BrokenLog(continuity.position, str(error)) from error
        yield fact
    if continuity.position < to:
        raise BrokenLog(continuity.position, f"nothing follows, though it is to end at {to}")
