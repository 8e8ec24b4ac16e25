"""The port to the event log: the truth that everything else is rebuilt from."""

from collections.abc import Collection, Sequence
from typing import Protocol

from hyperdock_common.events import Envelope, RecordedEvent


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
        """

    def head(self) -> int:
        """The last position, 0 where the log is empty."""

    def known(self, event_ids: Collection[str]) -> set[str]:
        """Which of these event ids the log holds."""

    def find(self, event_id: str) -> RecordedEvent | None:
        """The fact with this event id; None where the log has none.

        Raises:
            DecodeError: it is unknown to this release.
        """

    def append_pulses(self, batch: Sequence[Envelope], keep_seconds: float) -> None:
        """Keeps pulses for a while; drops those older than `keep_seconds`. Not durable at once."""

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:
        """At most `limit` kept pulses, by their own numbering, which may have holes."""
