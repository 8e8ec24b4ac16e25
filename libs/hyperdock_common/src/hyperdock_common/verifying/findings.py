"""What a verification found, as data: ready to be printed, or to be given to programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ArchiveMark


class Kind(StrEnum):
    """What is wrong, by a name that stays.

    MISSING: positions that nothing stands at. REPEATED: a position that comes again, or too late.
    REMOVED: facts were taken out, and what is behind them was renumbered. INSERTED: facts were put
    in that were not recorded there. DOUBLED: the same event stands at two positions. SWAPPED: two
    facts, or what they say, changed places. CHANGED: a fact, or its time, is not what was recorded
    at its position. UNREADABLE: it is no event at all. HASH_CHANGED, HASH_MISSING: a fact is right
    and its stored hash is not. ID_CHANGED, STREAM_CHANGED: the store lists it under another name
    than its own. STREAM_FOREIGN: it was recorded in a stream that is not its own. VERSION: its
    number in its stream does not follow. UNINDEXED: the store's indexes do not lead to it. CUT:
    the log once went further. REWRITTEN: its hash is another than somebody noted. UNKNOWN_TYPE: a
    later release's event; all others are breaks.
    """

    MISSING = "missing"
    REPEATED = "repeated_position"
    REMOVED = "removed"
    INSERTED = "inserted"
    DOUBLED = "doubled"
    SWAPPED = "swapped"
    CHANGED = "changed"
    UNREADABLE = "unreadable"
    HASH_CHANGED = "hash_changed"
    HASH_MISSING = "hash_missing"
    ID_CHANGED = "id_changed"
    STREAM_CHANGED = "stream_changed"
    STREAM_FOREIGN = "stream_foreign"
    VERSION = "version"
    UNINDEXED = "unindexed"
    CUT = "cut"
    REWRITTEN = "rewritten"
    UNKNOWN_TYPE = "unknown_type"

    @property
    def is_break(self) -> bool:
        """Whether the log is not what was recorded, or not what it should be."""
        return self is not Kind.UNKNOWN_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        position: where it begins.
        last: where it ends; the same where it is at one position.
        what: what is wrong and what follows from it, in a sentence.
    """

    position: int
    last: int
    kind: Kind
    what: str

    @property
    def where(self) -> str:
        """The positions, as people say them."""
        if self.last <= self.position:
            return f"position {self.position}"
        return f"positions {self.position} to {self.last}"

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a log is, after it was read to its end.

    Attributes:
        head: its last position.
        chain: the last fact's; None where it has none.
        archived: up to where it was moved into an archive, and so not read here.
        events: how many facts were read.
        unchained: how many of them were recorded before there was a chain.
        streams: how many streams they are in.
        unseen: witnesses whose position is in the archive, and was not looked at.
        findings: by position, the first ones of them.
        unlisted: how many there are beyond those.
    """

    head: int
    chain: bytes | None
    archived: ArchiveMark | None = None
    events: int = 0
    unchained: int = 0
    streams: int = 0
    unseen: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    unlisted: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether it is what was recorded; it may hold events of a later release."""
        return self.first_break is None and not self.unlisted

    @property
    def first_break(self) -> int | None:
        """The first position where the log is not what it should be; None where it is."""
        return min((each.position for each in self.findings if each.kind.is_break), default=None)

    @property
    def anchor(self) -> str | None:
        """`POSITION:HASH` to note elsewhere: it vouches for all before it. None without a chain."""
        return None if self.chain is None else f"{self.head}:{self.chain.hex()}"

    def as_json(self) -> JsonObject:
        """The same for programs."""
        return {
            "intact": self.is_intact,
            "head": self.head,
            "anchor": self.anchor,
            "archived": 0 if self.archived is None else self.archived.position,
            "events": self.events,
            "unchained": self.unchained,
            "streams": self.streams,
            "unseen": list(self.unseen),
            "first_break": self.first_break,
            "findings": [
                {
                    "position": each.position,
                    "last": each.last,
                    "kind": each.kind.value,
                    "what": each.what,
                }
                for each in self.findings
            ],
            "unlisted": self.unlisted,
        }


MOST_KEPT: Final = 1000
"""Findings that are kept one by one."""
