"""Counts each stream's facts against the numbers that they carry.

Where something is known to be missing or misplaced, numbers that step ahead are what is to be
expected: they are found once, where the fault is, and not again in every stream.
"""

from hyperdock_common.ports import StoredEvent


class Versions:
    """How far each stream is. Its memory grows with the number of streams.

    Args:
        from_beginning: the log is read from its first fact; else streams may have begun before.
    """

    def __init__(self, *, from_beginning: bool) -> None:
        self._from_beginning = from_beginning
        self._counts: dict[str, int] = {}
        self._steps: dict[str, int] = {}
        self._unaccounted = 0
        self._unsure: set[str] = set()

    @property
    def streams(self) -> int:
        """How many there are."""
        return len(self._counts)

    def miss(self, count: int) -> None:
        """So many facts are not there, in whatever stream."""
        self._unaccounted += count

    def lose_track(self) -> None:
        """Facts were moved: each stream goes on from whatever number comes next."""
        self._unsure = set(self._counts)

    def is_stale(self, fact: StoredEvent) -> bool:
        """Whether a fact has a number that its stream had before."""
        before = 0 if fact.stream in self._unsure else self._counts.get(fact.stream, 0)
        return fact.version is not None and 0 < fact.version <= before

    def doubt(self, fact: StoredEvent) -> None:
        """This fact may not be the one that was recorded here."""
        self._unaccounted += 1
        if fact.version == self._counts.get(fact.stream, 0) + 1:
            self._counts[fact.stream] = fact.version

    def add(self, fact: StoredEvent, stream: str) -> str | None:
        """Counts a fact; says what is wrong with its number."""
        if stream not in self._counts and not self._from_beginning:
            if fact.version is not None:
                self._counts[stream] = fact.version
            return None
        if stream in self._unsure and fact.version is not None:
            self._unsure.discard(stream)
            self._counts[stream] = fact.version
            return None
        due = self._counts.get(stream, 0) + 1
        self._counts[stream] = due
        if fact.version is None:
            return None if fact.chain is None else f"has no number in the stream {stream}"
        step = fact.version - due
        suspected = self._steps.pop(stream, 0)
        if step == 0:
            return None
        if 0 < step <= self._unaccounted:
            self._unaccounted -= step
            self._counts[stream] = fact.version
            return None
        if step == suspected:
            self._counts[stream] = fact.version
            return None
        self._steps[stream] = step
        return f"is numbered {fact.version} in the stream {stream}, where {due} is due"
