"""The ports to the event log: the truth that everything else is rebuilt from.

`EventLog` is what the services need: facts that can be relied upon. `StoredLog` shows and moves
what a store holds, right or wrong: to verify it, to carry it elsewhere, to put it into an archive.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from hyperdock_common.events import Envelope, RecordedEvent


class LogReader(Protocol):
    """What of an `EventLog` those need who only read it."""

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """See `EventLog.read`."""

    def head(self) -> int:
        """See `EventLog.head`."""


class EventLog(Protocol):
    """An append-only log of facts with one global order, and a short memory of pulses.

    Guarantees: an append is atomic and durable when it returns; positions are consecutive from 1;
    no event id stands in it twice. Thread safe: any thread may read while one appends.

    Errors, from every method: `StorageUnavailable` where the store cannot answer now.
    """

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """Appends a batch behind the head.

        Args:
            expected: the head on which the caller's decisions were made.
            batch: at least one fact, none of them in the log; at most 2,000, and a few megabytes.

        Returns:
            The batch as recorded, at positions expected + 1, expected + 2, …

        Raises:
            Conflict: the head is elsewhere; nothing was appended.
            AlreadyRecorded: an event of the batch is in the log, or twice in the batch.
            StorageUnavailable: nothing is known to be appended; appending the same again is safe
                (it raises `Conflict` if it had been).
        """

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """At most `limit` facts with positions above `after`, in order; of one stream if named.

        Raises:
            DecodeError: a stored event is unknown to this release.
            Archived: some of them were moved into an archive.
        """

    def head(self) -> int:
        """The last position, 0 where the log is empty."""

    def known(self, event_ids: Collection[str]) -> set[str]:
        """Which of these event ids the log holds; it forgets those that were archived."""

    def find(self, event_id: str) -> RecordedEvent | None:
        """The fact with this event id; None where the log has none.

        Raises:
            DecodeError: it is unknown to this release.
        """

    def append_pulses(
        self, batch: Sequence[Envelope], keep_seconds: float, keep_count: int | None = None
    ) -> None:
        """Keeps pulses for a while. Not durable at once.

        Drops those older than `keep_seconds`, and the oldest where there are many more than
        `keep_count`.
        """

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:
        """At most `limit` kept pulses, by their own numbering, which may have holes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """A fact as it stands in a store, unchecked.

    Attributes:
        event_id: as the store's own index has it; a damaged store's body may say another.
        stream: likewise.
        version: its number in its stream, from 1; None where it was recorded before there were
            versions. -1 where the store holds something else than a number.
        body: the envelope as it was encoded when it was recorded.
        chain: 32 bytes that vouch for the log up to and with this fact (`events.chain.link`);
            None where it was recorded before there was a chain.
    """

    position: int
    recorded_at: float
    event_id: str
    stream: str
    version: int | None
    body: bytes
    chain: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMark:
    """Up to where a store's facts were moved into an archive, and into which.

    Attributes:
        position: the last fact that was moved.
        chain: its chain, on which the store's first fact builds; None where it has none.
        archive_id: of the archive.
    """

    position: int
    chain: bytes | None
    archive_id: str


@runtime_checkable
class StoredLog(Protocol):
    """What a store holds of a log, right or wrong, and how facts enter and leave it as they are.

    The adapters of `EventLog` keep it too. Thread safe; `StorageUnavailable` from every method.
    """

    def stored(self, after: int, limit: int = 500) -> Sequence[StoredEvent]:
        """Facts with positions above `after`, in order of position, whatever is in them.

        It steps over holes, and over what was archived. It is empty only where the store holds
        nothing behind `after`. At most `limit` facts, but for those that share the last position:
        a whole store can be read page by page, each after the last position of the one before.
        """

    def unindexed(self, facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """Of facts that `stored` gave, those that are not found by their id or in their stream.

        Nothing is asked but the store's own indexes. Where these are damaged an event could be
        recorded twice, and whoever reads a stream misses some of it.
        """

    def restore(self, batch: Sequence[StoredEvent]) -> None:
        """Appends facts that were recorded elsewhere, as they are: positions, times, bytes.

        Versions and chain are computed anew and must equal those that are given. Facts at the
        log's beginning that come without a chain stay without: they were recorded before there
        was one. An empty batch does nothing. A large one may be appended in several commits: the
        head tells how many facts there are when it raises `StorageUnavailable` or
        `AlreadyRecorded`.

        Args:
            batch: facts at consecutive positions behind the head.

        Raises:
            Conflict: the first one's place is not behind the head; nothing was appended.
            AlreadyRecorded: one is in the log, or twice in the batch.
            NotAsRecorded: one is not what was recorded, or does not follow those before it;
                nothing was appended.
        """

    def archived(self) -> ArchiveMark | None:
        """Up to where facts were moved into an archive; None where none were."""

    def forget(self, mark: ArchiveMark) -> None:
        """Removes the facts up to a position for good, once an archive holds them.

        First the mark is noted, then they are removed: no reader takes what is left for a whole
        log. If it is ended in between, the same call goes on; a position that was forgotten
        before is none to do anything for. Their event ids are forgotten with them; how far each
        stream has come is kept.

        Raises:
            ValueError: the log's last fact would go: its head must stay.
            NotAsRecorded: the mark's chain is not the one at its position; nothing was removed.
        """
