"""Recorded events travel whole, in messages that are not too large."""

import pytest

from hyperdock_common.adapters.rabbitmq.records import bodies, body, pack, unpack
from hyperdock_common.errors import DecodeError
from hyperdock_common.testing.builders import claimed, finished, proposed, recorded


def test_records_come_out_as_they_went_in() -> None:
    """Position, time and envelope are kept."""
    records = recorded([proposed(1), claimed(1), finished(1)], after=6, at=12.5)
    assert unpack(body([pack(each) for each in records])) == records


def test_messages_hold_at_most_a_hundred_events() -> None:
    """A long relay travels in parts, in order."""
    records = recorded(map(proposed, range(1, 251)))
    parts = [unpack(each) for each in bodies([pack(each) for each in records])]
    assert [len(each) for each in parts] == [100, 100, 50]
    assert [each for part in parts for each in part] == records


def test_large_events_travel_in_messages_of_their_own() -> None:
    """A message is limited in bytes, too, but holds at least one event."""
    big = [proposed(n, params={"x": "x" * 700_000}) for n in (1, 2, 3)]
    assert len(list(bodies([pack(each) for each in recorded(big)]))) == 3


@pytest.mark.parametrize(
    "message",
    [b"\xff", b"{}", b"[[1, 2.0]]", b'[[1, 2.0, {"type": "x"}]]', b"[[1, 2.0, " + b"[" * 100_000],
    ids=["no JSON", "no list", "too short", "no event", "bottomless"],
)
def test_what_holds_no_records_is_refused(message: bytes) -> None:
    """Bytes of other hands are an error with a name."""
    with pytest.raises(DecodeError):
        unpack(message)
