"""Follows the chain of a log, and tells what was done where it does not follow.

Behind a break it goes on from the stored link: one change is one break, however much is behind
it. What kind of break it is shows at a later fact, as it tries what may have happened: only the
hash was changed, facts were taken out or put in and the rest renumbered, two changed places.
"""

from dataclasses import dataclass
from typing import Final

from hyperdock_common.events.chain import GENESIS, link
from hyperdock_common.ports import StoredEvent
from hyperdock_common.verifying.findings import MOST_KEPT, Kind

_FARTHEST: Final = 1000  # facts taken out or put in at one place that are recognized
_MOST_SEARCHED: Final = 1 << 29  # bytes to hash: of a log that is broken all over it is enough
_MOST_SWAPS_TRIED: Final = 50


@dataclass(slots=True, kw_only=True)
class Break:
    """Facts in a row whose hashes do not follow.

    Attributes:
        kind: what it is; CHANGED until more is known.
        before: the chain before the first one.
        recorded_as: the position that the first one was recorded at, if nothing else is wrong.
        computed: the chain that the first one should have.
        other: where the fact stands that belongs here, or which event stands here again.
        count: how many facts were taken out or put in.
        is_told: it is told of with another one.
        is_stale: the first one has a number that its stream had before.
        reason: why the first one cannot be read.
    """

    first: int
    last: int
    before: bytes
    recorded_as: int
    recorded_at: float
    chain: bytes | None
    computed: bytes
    kind: Kind = Kind.CHANGED
    other: int = 0
    count: int = 0
    is_told: bool = False
    is_stale: bool = False
    reason: str = ""


class ChainFollower:
    """Takes in the facts of a log in order.

    Args:
        chain: what the first one builds on, where that is known: None if it has no chain.

    Attributes:
        breaks: the first ones.
        more_breaks: how many there are beyond those.
        unchained: facts that were recorded before there was a chain.
        shift: by how much positions are other than they were recorded.
    """

    def __init__(self, chain: bytes | None = None) -> None:
        self._has_begun = chain is not None
        self._previous: bytes | None = chain or GENESIS
        self._searched = 0
        self._open: Break | None = None
        self._open_body = b""
        self._unhashed: Break | None = None
        self._swappable: list[Break] = []
        self.breaks: list[Break] = []
        self.more_breaks = 0
        self.unchained = 0
        self.shift = 0

    def skip(self) -> None:
        """Something is missing here: the next fact's hash follows from what nobody has."""
        self._open = None
        self._previous = None

    def add(self, fact: StoredEvent) -> Break | None:
        """The break that a fact is in; None where it follows, or nobody can tell."""
        if fact.chain is None and not self._has_begun:
            self._note_unchained(fact)
            return None
        if not self._has_begun:
            self._begin(fact)
        if self._previous is None:
            self._go_on(fact)
            return None
        computed = self._link(fact, self._previous, self.shift)
        if fact.chain == computed:
            self._go_on(fact)
            return None
        if self._open is not None and self._is_explained(fact, self._open):
            return None
        if fact.chain is None:
            found = self._extended(fact, computed, Kind.HASH_MISSING)
            self._previous = computed
            return found
        found = self._extended(fact, computed, Kind.CHANGED)
        self._previous = fact.chain
        self._try_swaps(fact, found)
        return found

    def _note_unchained(self, fact: StoredEvent) -> None:
        self.unchained += 1
        self._previous = GENESIS
        if self._unhashed is None:
            self._unhashed = self._new_break(fact, GENESIS, Kind.HASH_MISSING)
        self._unhashed.last = fact.position
        self._unhashed.computed = self._link(fact, self._unhashed.computed, 0)

    def _begin(self, fact: StoredEvent) -> None:
        """The first fact with a hash: it says whether those before it ever had one."""
        self._has_begun = True
        was = self._unhashed
        if was is not None and fact.chain == self._link(fact, was.computed, 0):
            self._keep(was)
            self.unchained = 0
            self._previous = was.computed

    def _go_on(self, fact: StoredEvent) -> None:
        self._open = None
        self._previous = fact.chain

    def _extended(self, fact: StoredEvent, computed: bytes, kind: Kind) -> Break:
        if self._open is not None and (self._open.kind is Kind.HASH_MISSING) == (
            kind is Kind.HASH_MISSING
        ):
            self._open.last = fact.position
            return self._open
        self._open_body = fact.body
        self._open = self._new_break(fact, computed, kind)
        self._keep(self._open)
        return self._open

    def _new_break(self, fact: StoredEvent, computed: bytes, kind: Kind) -> Break:
        return Break(
            first=fact.position,
            last=fact.position,
            before=self._previous or GENESIS,
            recorded_as=fact.position + self.shift,
            recorded_at=fact.recorded_at,
            chain=fact.chain,
            computed=computed,
            kind=kind,
        )

    def _keep(self, found: Break) -> None:
        if len(self.breaks) < MOST_KEPT:
            self.breaks.append(found)
        else:
            self.more_breaks += 1

    def _is_explained(self, fact: StoredEvent, found: Break) -> bool:
        """Whether a fact follows if something was done just before it; then the break says so."""
        if found.kind is not Kind.CHANGED or fact.chain is None or self._previous is None:
            return False
        is_one = found.first == found.last
        if is_one and fact.chain == self._link(fact, found.computed, self.shift):
            found.kind = Kind.HASH_CHANGED
            self._go_on(fact)
            return True
        put_in = fact.position - found.first
        if fact.chain == self._link(fact, found.before, self.shift - put_in):
            before = fact.chain if is_one else self._previous
            here = link(before, fact.position + self.shift, found.recorded_at, self._open_body)
            self._go_on(fact)
            if here == found.chain:  # and the first one follows here: they changed places
                found.kind, found.other = Kind.SWAPPED, fact.position
                self._previous = here
            else:
                found.kind, found.count = Kind.INSERTED, put_in
                self.shift -= put_in
            return True
        size = 2 * len(fact.body) + 1
        farthest = min(_FARTHEST, (_MOST_SEARCHED - self._searched) // size)
        for count in range(1, farthest + 1):
            self._searched += size
            for kind, shift in (
                (Kind.REMOVED, self.shift + count),
                (Kind.INSERTED, self.shift - count),
            ):
                if fact.chain == self._link(fact, self._previous, shift):
                    found.kind, found.count = kind, count
                    self.shift = shift
                    self._go_on(fact)
                    return True
        return False

    def _try_swaps(self, fact: StoredEvent, here: Break) -> None:
        """Whether this is what was recorded at an earlier break."""
        for found in self._swappable:
            whole = fact.chain == link(found.before, found.recorded_as, fact.recorded_at, fact.body)
            body = found.chain == link(
                found.before, found.recorded_as, found.recorded_at, fact.body
            )
            if found.kind in (Kind.CHANGED, Kind.REMOVED) and (whole or body):
                found.kind, found.other = Kind.SWAPPED, fact.position
                here.is_told = here is not found
                return
        if here.first == fact.position and len(self._swappable) < _MOST_SWAPS_TRIED:
            self._swappable.append(here)

    @staticmethod
    def _link(fact: StoredEvent, previous: bytes, shift: int) -> bytes:
        return link(previous, fact.position + shift, fact.recorded_at, fact.body)
