"""Who remembers how far a log went: without them nobody can tell that its end is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from hyperdock_common.ports import ArchiveMark, StoredEvent
from hyperdock_common.verifying.findings import Finding, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Somebody who has seen a position of the log: a view, an archive, a note of the operator.

    Attributes:
        name: who, as it is to stand in a sentence: `the view jobs`.
        chain: the chain at the position, where it was noted.
    """

    name: str
    position: int
    chain: bytes | None = None

    @classmethod
    def noted(cls, anchor: str, name: str = "the noted anchor") -> Self:
        """The witness of an anchor, `POSITION:HASH`, as `Verification.anchor` says it.

        Raises:
            ValueError: it is none.
        """
        position, colon, chain = anchor.strip().partition(":")
        try:
            witness = cls(name=name, position=int(position), chain=bytes.fromhex(chain))
        except ValueError as error:
            raise ValueError(f"{anchor!r} is no anchor: POSITION:HASH") from error
        if not colon or len(witness.chain or b"") != 32 or witness.position < 1:  # noqa: PLR2004
            raise ValueError(f"{anchor!r} is no anchor: POSITION:HASH, with 64 hexadecimal digits")
        return witness


class Hearing:
    """Asks the witnesses while the log passes by."""

    def __init__(self, witnesses: Iterable[Witness], mark: ArchiveMark | None) -> None:
        self._witnesses = sorted(witnesses, key=lambda each: each.position)
        after = 0 if mark is None else mark.position
        self.unseen = tuple(each.name for each in self._witnesses if each.position < after)
        self._noted: dict[int, list[Witness]] = {}
        for each in self._witnesses:
            if each.chain is not None and each.position >= after:
                self._noted.setdefault(each.position, []).append(each)
        self.findings: list[Finding] = []
        if mark is not None:
            self._compare(mark.position, mark.chain)

    def hear(self, fact: StoredEvent) -> None:
        """Compares a fact with what was noted of it."""
        if fact.position in self._noted:
            self._compare(fact.position, fact.chain)

    def finish(self, head: int) -> None:
        """Looks who has seen what is no longer there."""
        further = [each for each in self._witnesses if each.position > head]
        if not further:
            return
        seen = further[-1].position
        names = ", ".join(dict.fromkeys(each.name for each in further))
        what = (
            f"the log ends at position {head}, but {names} went on to {seen}:"
            " its end was cut off, and what was decided there is not known any more"
        )
        self.findings.append(Finding(position=head + 1, last=seen, kind=Kind.CUT, what=what))

    def _compare(self, position: int, chain: bytes | None) -> None:
        for witness in self._noted.get(position, ()):
            if witness.chain != chain:
                what = (
                    f"the hash is not the one of {witness.name}:"
                    " something up to here was changed, and the chain made anew"
                )
                found = Finding(position=position, last=position, kind=Kind.REWRITTEN, what=what)
                self.findings.append(found)
