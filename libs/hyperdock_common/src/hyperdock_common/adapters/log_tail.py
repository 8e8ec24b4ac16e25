"""What the next append to a log builds on, in memory: the last link of the chain, the versions.

Every log adapter grows its facts here, so that they are the same in each. It holds what one store
said at one head; whoever cannot be sure of that any more lets it go, and the store is asked again.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from hyperdock_common.errors import AlreadyRecorded, NotAsRecorded
from hyperdock_common.events import Envelope
from hyperdock_common.events.chain import GENESIS, link
from hyperdock_common.events.codec import encode
from hyperdock_common.listed_names import wrong_name
from hyperdock_common.ports import StoredEvent

_MOST_STREAMS: Final = 10_000
_NOWHERE: Final = -1


class LogTail:
    """The end of a log. For one thread at a time.

    Args:
        ask_link: asks the store for the chain of the fact at a position; None where it has none.
        ask_version: asks the store how many facts a stream has had up to a position, the head.
    """

    def __init__(
        self, ask_link: Callable[[int], bytes | None], ask_version: Callable[[str, int], int]
    ) -> None:
        self._ask_link = ask_link
        self._ask_version = ask_version
        self._position = _NOWHERE
        self._chain: bytes | None = None
        self._versions: OrderedDict[str, int] = OrderedDict()

    def forget(self) -> None:
        """What is known may be wrong."""
        self._position = _NOWHERE
        self._versions.clear()

    def grow(
        self, expected: int, recorded_at: float, batch: Sequence[Envelope]
    ) -> list[StoredEvent]:
        """The batch as it is to be stored behind the head; `note` it when it is.

        Raises:
            ValueError: it is empty, or holds what cannot be encoded.
        """
        if not batch:
            raise ValueError("an append needs at least one event")
        bodies = [encode(each) for each in batch]
        self._stand_at(expected)
        chain = self._chain or GENESIS
        pending: dict[str, int] = {}
        facts = []
        for position, (envelope, body) in enumerate(zip(batch, bodies, strict=True), expected + 1):
            chain = link(chain, position, recorded_at, body)
            fact = StoredEvent(
                position=position,
                recorded_at=recorded_at,
                event_id=envelope.event_id,
                stream=envelope.stream,
                version=self._next_version(envelope.stream, pending),
                body=body,
                chain=chain,
            )
            facts.append(fact)
        return facts

    def regrow(self, expected: int, batch: Sequence[StoredEvent]) -> list[StoredEvent]:
        """Facts of another store as they are to be stored behind the head: see `restore`.

        Raises:
            AlreadyRecorded, NotAsRecorded: as `StoredLog.restore`.
        """
        if len({each.event_id for each in batch}) < len(batch):
            raise AlreadyRecorded("an event stands in the batch twice: it would be in the log")
        self._stand_at(expected)
        chain = self._chain
        pending: dict[str, int] = {}
        facts = []
        for position, fact in enumerate(batch, expected + 1):
            if fact.position != position:
                raise NotAsRecorded(fact.position, f"follows position {position - 1}")
            if problem := wrong_name(fact):
                raise NotAsRecorded(position, problem)
            version = self._next_version(fact.stream, pending)
            if chain is None and fact.chain is None and fact.version is None:
                facts.append(fact)
                continue
            chain = link(chain or GENESIS, position, fact.recorded_at, fact.body)
            if fact.chain not in (None, chain):
                problem = "does not give its own hash: it, or one before it, was changed"
                raise NotAsRecorded(position, problem)
            if fact.version not in (None, version):
                problem = f"is said to be fact {fact.version} of {fact.stream}, and is {version}"
                raise NotAsRecorded(position, problem)
            facts.append(replace(fact, version=version, chain=chain))
        return facts

    def note(self, facts: Sequence[StoredEvent]) -> None:
        """These are stored now."""
        self._position, self._chain = facts[-1].position, facts[-1].chain
        for fact in facts:
            if fact.version is not None:
                self._learn(fact.stream, fact.version)
            elif fact.stream in self._versions:
                self._learn(fact.stream, self._versions[fact.stream] + 1)

    def _stand_at(self, position: int) -> None:
        if position != self._position:
            self._versions.clear()
            self._chain = self._ask_link(position) if position else None
            self._position = position

    def _next_version(self, stream: str, pending: dict[str, int]) -> int:
        if stream not in pending:
            if stream not in self._versions:
                self._learn(stream, self._ask_version(stream, self._position))
            pending[stream] = self._versions[stream]
        pending[stream] += 1
        return pending[stream]

    def _learn(self, stream: str, version: int) -> None:
        self._versions[stream] = version
        self._versions.move_to_end(stream)
        if len(self._versions) > _MOST_STREAMS:
            self._versions.popitem(last=False)
