"""Reading the log for a reader who is behind."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import World

from hyperdock_common.errors import StorageUnavailable
from hyperdock_gateway.feed import past
from hyperdock_gateway.feed.past import read_past

STREAMS = ("trial-a", "trial-b", "trial-c")


def read_all(world: World, streams: Sequence[str | None], end: int) -> list[int]:
    """All positions, page by page."""
    position, seen = 0, []
    while position < end:
        page, to = read_past(world.log, streams, position, end)
        assert position < to <= end
        seen += [message.position for message in page]
        position = to
    return seen


@pytest.mark.parametrize("streams", [(None,), ("trial-a",), STREAMS[:2], STREAMS, ()])
def test_streams_are_read_together_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch, streams: Sequence[str | None]
) -> None:
    """No event of the streams is missing or doubled, wherever their pages end."""
    monkeypatch.setattr(past, "PAGE", 3)
    for trial_id in "abc":
        world.add_trial(trial_id)
    for number, trial_id in enumerate("aabacabbbbccaaaaabcbbbcccccccab"):
        world.add_job(trial_id, number + 1)
    head = world.log.head()
    facts = world.log.read(0, 100)
    expected = [
        each.position for each in facts if None in streams or each.envelope.stream in streams
    ]
    assert read_all(world, streams, head) == expected
    assert read_all(world, streams, 17) == [each for each in expected if each <= 17]


def test_a_log_that_is_behind_the_feed_is_told(world: World) -> None:
    """Where the log does not show what the feed has told already, nothing is passed over."""
    world.add_trial("a")
    log: Any = world.log
    with pytest.raises(StorageUnavailable):
        read_past(log, (None,), 0, 2)
