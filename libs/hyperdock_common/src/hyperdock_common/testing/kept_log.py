"""A log as the contracts of its store want it, and what they say of a sound one."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from hyperdock_common.events.chain import GENESIS, link
from hyperdock_common.ports import EventLog, StoredEvent, StoredLog


class KeptLog(EventLog, StoredLog, Protocol):
    """A log as an adapter keeps it: for services, and as it is stored."""


OpenKeptLog: TypeAlias = Callable[[], KeptLog]


def assert_sound(facts: Sequence[StoredEvent], chain: bytes | None = GENESIS) -> None:
    """Each fact's chain is the link that follows from the one before it."""
    assert facts
    for fact in facts:
        assert chain is not None
        chain = link(chain, fact.position, fact.recorded_at, fact.body)
        assert fact.chain == chain
