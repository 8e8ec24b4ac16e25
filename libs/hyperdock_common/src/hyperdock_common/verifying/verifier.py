"""Reads a log once, in bounded memory, and gathers what each check says of it.

A fact that does not follow in the chain is one finding: that its number or its names do not fit
either is no news. Event ids are kept on disk; only streams are counted in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Final, Protocol

from hyperdock_common.checking.event_ids import EventIds
from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.errors import DecodeError, UnknownEvent
from hyperdock_common.events import stream_of
from hyperdock_common.events.codec import decode, decode_header
from hyperdock_common.ports import ArchiveMark, StoredEvent
from hyperdock_common.verifying.breaks import told
from hyperdock_common.verifying.chain import Break, ChainFollower
from hyperdock_common.verifying.findings import MOST_KEPT, Finding, Kind, Verification
from hyperdock_common.verifying.versions import Versions
from hyperdock_common.verifying.witnesses import Hearing, Witness

_PAGE: Final = 1000


class LogToVerify(Protocol):
    """What of a `StoredLog` is needed to verify it; an archive can show itself as one."""

    def head(self) -> int:
        """See `EventLog.head`."""

    def stored(self, after: int, limit: int = 500) -> Sequence[StoredEvent]:
        """See `StoredLog.stored`."""

    def unindexed(self, facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """See `StoredLog.unindexed`."""

    def archived(self) -> ArchiveMark | None:
        """See `StoredLog.archived`."""


class LogVerifier:
    """Takes in a log in order: `add` every fact, then `finish`, once.

    Args:
        witnesses: who remembers how far it went.
        mark: what the first fact builds on where it is not the log's first.
    """

    def __init__(
        self, witnesses: Iterable[Witness] = (), *, mark: ArchiveMark | None = None
    ) -> None:
        self._mark = mark
        self._head = 0 if mark is None else mark.position
        self._last_chain = None if mark is None else mark.chain
        self._chain = ChainFollower(self._last_chain)
        self._versions = Versions(from_beginning=mark is None)
        self._hearing = Hearing(witnesses, mark)
        self._ids = EventIds()
        self._findings: list[Finding] = []
        self._unlisted = 0
        self._events = 0

    @property
    def position(self) -> int:
        """The last one that was taken in."""
        return self._head

    def add(self, fact: StoredEvent) -> None:
        """Checks one more fact against all before it."""
        self._events += 1
        if fact.position <= self._head:
            what = f"stands behind position {self._head}: readers would see it twice, or never"
            self._find(fact, Kind.REPEATED, what)
            return
        if missing := fact.position - self._head - 1:
            self._note_missing(fact, missing)
        shift = self._chain.shift
        found = self._chain.add(fact)
        if moved := self._chain.shift - shift:
            self._versions.lose_track()
            self._versions.miss(max(moved, 0))
        event_id, stream, reason = self._named(fact, found)
        self._ids.add(event_id, fact.position)
        self._hearing.hear(fact)
        self._count(fact, stream, found)
        if found is not None and fact.position == found.first:
            found.reason = reason
        self._head, self._last_chain = fact.position, fact.chain

    def note_unindexed(self, facts: Sequence[StoredEvent]) -> None:
        """Of facts that were added, in order, those that the store's indexes do not lead to."""
        runs = groupby(enumerate(facts), key=lambda each: each[1].position - each[0])
        for run in ([fact.position for _, fact in each] for _, each in runs):
            what = (
                "is not found by its id or in its stream: it could be recorded again, or be missed;"
                " the store's indexes are damaged: export the log, and import it into a new one"
            )
            self._keep(Finding(position=run[0], last=run[-1], kind=Kind.UNINDEXED, what=what))

    def close(self) -> None:
        """Drops what was kept on disk; `finish` does it too."""
        self._ids.close()

    def finish(self) -> Verification:
        """What the log is. Nothing can be added afterwards."""
        self._hearing.finish(self._head)
        breaks = {each.first: each for each in self._chain.breaks if not each.is_told}
        for first, last in self._ids.doubled():
            found = breaks.get(last)
            if found is not None:
                found.kind, found.other = Kind.DOUBLED, first
            else:
                what = f"is the same event as the one at position {first}: it counts twice"
                self._keep(Finding(position=last, last=last, kind=Kind.DOUBLED, what=what))
        self._ids.close()
        found_all = [*self._findings, *map(told, breaks.values()), *self._hearing.findings]
        found_all.sort(key=lambda each: each.position)
        return Verification(
            head=self._head,
            chain=self._last_chain,
            archived=self._mark,
            events=self._events,
            unchained=self._chain.unchained,
            streams=self._versions.streams,
            unseen=self._hearing.unseen,
            findings=tuple(found_all[:MOST_KEPT]),
            unlisted=self._unlisted + self._chain.more_breaks + len(found_all[MOST_KEPT:]),
        )

    def _note_missing(self, fact: StoredEvent, missing: int) -> None:
        what = "nothing stands here: what was recorded here is lost, and a rebuild would stop"
        first, last = fact.position - missing, fact.position - 1
        self._keep(Finding(position=first, last=last, kind=Kind.MISSING, what=what))
        self._chain.skip()
        self._versions.miss(missing)

    def _named(self, fact: StoredEvent, found: Break | None) -> tuple[str, str, str]:
        """The event's id and stream as it says them itself, and why it cannot be read."""
        try:
            envelope = decode(fact.body)
        except DecodeError as error:
            return self._unread(fact, error, found)
        if found is None:
            self._compare_names(fact, envelope.event_id, envelope.stream)
            if envelope.stream != (own := stream_of(envelope.event)):
                what = f"is in the stream {envelope.stream}, and belongs to {own}"
                self._find(fact, Kind.STREAM_FOREIGN, what)
        return envelope.event_id, envelope.stream, ""

    def _unread(
        self, fact: StoredEvent, error: DecodeError, found: Break | None
    ) -> tuple[str, str, str]:
        event_id, stream = fact.event_id, fact.stream
        with suppress(DecodeError):
            header = decode_header(fact.body)
            event_id, stream = header.event_id, header.stream
        if found is not None:
            return event_id, stream, error.reason
        if isinstance(error, UnknownEvent):
            self._compare_names(fact, event_id, stream)
            what = f"{error.reason}: it is kept, and a rebuild needs the release that wrote it"
            self._find(fact, Kind.UNKNOWN_TYPE, what)
        else:
            what = f"{error.reason}: nobody can read it, and a rebuild stops here"
            self._find(fact, Kind.UNREADABLE, what)
        return event_id, stream, ""

    def _compare_names(self, fact: StoredEvent, event_id: str, stream: str) -> None:
        if fact.event_id != event_id:
            what = (
                f"is listed as {fact.event_id}, and is {event_id}:"
                " it is not found by its id, and could be recorded again"
            )
            self._find(fact, Kind.ID_CHANGED, what)
        if fact.stream != stream:
            what = (
                f"is listed in the stream {fact.stream}, and is of {stream}:"
                " whoever reads that stream misses it"
            )
            self._find(fact, Kind.STREAM_CHANGED, what)

    def _count(self, fact: StoredEvent, stream: str, found: Break | None) -> None:
        if found is None:
            if what := self._versions.add(fact, stream):
                self._find(fact, Kind.VERSION, what)
            return
        if fact.position == found.first and self._versions.is_stale(fact):
            found.is_stale = True
        self._versions.doubt(fact)

    def _find(self, fact: StoredEvent, kind: Kind, what: str) -> None:
        self._keep(Finding(position=fact.position, last=fact.position, kind=kind, what=what))

    def _keep(self, finding: Finding) -> None:
        if len(self._findings) < MOST_KEPT:
            self._findings.append(finding)
        else:
            self._unlisted += 1


def verify(
    log: LogToVerify, *, witnesses: Iterable[Witness] = (), progress: Progress = silent
) -> Verification:
    """Reads all that a store holds, once. The log may be appended to meanwhile.

    Args:
        log: only read.
        witnesses: who remembers how far it went; ask them before.
        progress: told of "facts".

    Raises:
        StorageUnavailable: as the store raises it.
    """
    witnesses = list(witnesses)
    while True:
        mark = log.archived()
        verification = _verify(log, mark, witnesses, progress)
        if verification.is_intact or log.archived() == mark:
            return verification
        # facts went into an archive meanwhile: what seemed missing may be there


def _verify(
    log: LogToVerify, mark: ArchiveMark | None, witnesses: Sequence[Witness], progress: Progress
) -> Verification:
    head = log.head()
    itself = Witness(name="the store's own head", position=head)
    verifier = LogVerifier([*witnesses, itself] if head else witnesses, mark=mark)
    try:
        for page in _pages(log, verifier.position):
            for fact in page:
                verifier.add(fact)
                progress("facts", fact.position, max(head, fact.position))
            verifier.note_unindexed(log.unindexed(page))
        return verifier.finish()
    finally:
        verifier.close()


def _pages(log: LogToVerify, after: int) -> Iterator[Sequence[StoredEvent]]:
    while page := log.stored(after, _PAGE):
        yield page
        after = max(each.position for each in page)
