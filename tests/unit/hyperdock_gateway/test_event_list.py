"""The recorded events over REST."""

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import TrialPaused
from hyperdock_gateway import event_list


@pytest.fixture
def past(world: World) -> World:
    """A world in which something has happened."""
    world.add_trial("a-1")
    world.add_trial("b-2")
    world.add_job("a-1", 1, claimed=True)
    world.publish(TrialPaused(trial_id="a-1"), TrialPaused(trial_id="b-2"))
    return world


@pytest.mark.parametrize(
    ("query", "positions", "after"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7], 7),
        ("?limit=2", [1, 2], 2),
        ("?after=5&limit=2", [6, 7], 7),
        ("?after=7", [], 7),
        ("?stream=trial-a-1", [1, 3, 5, 6], 7),
        ("?stream=trial-a-1&limit=3", [1, 3, 5], 5),
        ("?stream=worker-w", [4], 7),
        ("?type=trial.submitted", [1, 2], 7),
        ("?type=trial.submitted.v1&limit=1", [1], 1),
        ("?type=trial.paused&stream=trial-b-2", [7], 7),
        ("?type=trial.sold", [], 7),
    ],
)
def test_events_are_listed(
    past: World, api: Api, query: str, positions: list[int], after: int
) -> None:
    """In order, by place, stream and type; it is told up to where was looked."""
    del past
    answer = api.get(f"/events{query}")
    body = answer.json()
    assert [each["position"] for each in body["items"]] == positions
    assert (body["next_after"], body["position"]) == (after, 7)
    assert answer.headers["Hyperdock-Position"] == "7"


def test_a_search_through_a_long_log_comes_in_parts(
    past: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call looks through so many events at most, and says where to go on."""
    del past
    monkeypatch.setattr(event_list, "SEARCHED", 3)
    found, after, calls = [], 0, 0
    while after < 7:
        body = api.get(f"/events?type=trial.paused&after={after}").json()
        found += [each["position"] for each in body["items"]]
        after, calls = body["next_after"], calls + 1
    assert (found, calls) == ([6, 7], 3)


@pytest.mark.parametrize("query", ["?after=99", "?after=-1", "?limit=0", "?limit=1001", "?kind=x"])
def test_wrong_questions_are_refused(past: World, api: Api, query: str) -> None:
    """A place that the log does not have yet, too."""
    del past
    assert api.get(f"/events{query}").status_code == 400
