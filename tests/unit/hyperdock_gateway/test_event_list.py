"""The recorded events over REST."""

import pytest
from structlog.testing import capture_logs
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import TrialPaused, TrialResumed
from hyperdock_common.testing.foreign import foreign
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


@pytest.mark.parametrize(
    ("query", "positions", "before", "after"),
    [
        ("?before=8", [7, 6, 5, 4, 3, 2, 1], None, 7),
        ("?before=8&limit=3", [7, 6, 5], 5, 7),
        ("?before=5&limit=3", [4, 3, 2], 2, 4),
        ("?before=2&limit=3", [1], None, 1),
        ("?before=4&limit=3", [3, 2, 1], None, 3),
        ("?before=1", [], None, 0),
        ("?before=999999999999999999999&limit=1", [7], 7, 7),
        ("?before=8&stream=trial-a-1", [6, 5, 3, 1], None, 7),
        ("?before=6&stream=trial-a-1", [5, 3, 1], None, 5),
        ("?before=8&stream=worker-w", [4], None, 7),
        ("?before=8&type=trial.submitted", [2, 1], None, 7),
        ("?before=8&type=trial.submitted.v1&limit=1", [2], 2, 7),
        ("?before=8&type=trial.paused&stream=trial-a-1", [6], None, 7),
        ("?before=8&type=trial.sold", [], None, 7),
    ],
)
def test_events_are_listed_from_the_newest(
    past: World,
    api: Api,
    query: str,
    positions: list[int],
    before: int | None,
    after: int,
) -> None:
    """The other way round; it is told where to go on, in both directions."""
    del past
    body = api.get(f"/events{query}").json()
    assert [each["position"] for each in body["items"]] == positions
    assert (body["next_before"], body["next_after"], body["position"]) == (before, after, 7)


def test_events_in_order_have_none_before(past: World, api: Api) -> None:
    """The two ways do not mix."""
    del past
    assert api.get("/events?after=3").json()["next_before"] is None


def test_a_search_back_through_a_long_log_comes_in_parts(
    past: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call looks through so many events at most, and says where to go on."""
    del past
    monkeypatch.setattr(event_list, "SEARCHED", 3)
    found: list[list[int]] = []
    before: int | None = 8
    while before is not None:
        body = api.get(f"/events?type=trial.submitted&before={before}").json()
        found.append([each["position"] for each in body["items"]])
        before = body["next_before"]
    assert found == [[], [2], [1]]


def test_an_event_is_shown_by_its_position_or_its_id(past: World, api: Api) -> None:
    """As it stands in the list; what follows from it names it by its id."""
    del past
    for listed in api.get("/events").json()["items"]:
        by_position = api.get(f"/events/{listed['position']}")
        assert by_position.json() == api.get(f"/events/{listed['event_id']}").json() == listed
        assert by_position.headers["etag"]


@pytest.mark.parametrize(
    "event", ["0", "8", "00", "none", "9" * 18, "9" * 19, "-1", "%C2%B2", "1.0"]
)
def test_events_that_are_not_there_are_404(past: World, api: Api, event: str) -> None:
    """Whatever is asked for."""
    del past
    answer = api.get(f"/events/{event}")
    assert answer.status_code == 404
    assert "there is no event" in answer.json()["detail"]


def test_both_ways_at_once_are_refused(past: World, api: Api) -> None:
    """Nobody can mean that."""
    del past
    answer = api.get("/events?after=0&before=5")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["before"]


@pytest.mark.parametrize(
    "query",
    [
        "?before=0",
        "?before=-1",
        "?before=x",
        "?after=99",
        "?after=-1",
        "?limit=0",
        "?limit=1001",
        "?kind=x",
    ],
)
def test_wrong_questions_are_refused(past: World, api: Api, query: str) -> None:
    """A place that the log does not have yet, too."""
    del past
    assert api.get(f"/events{query}").status_code == 400


def test_what_a_later_release_recorded_is_listed_and_flagged(past: World, api: Api) -> None:
    """While services are updated one by one, people see that something happened, and what."""
    past.log.restore([foreign(8, stream="trial-a-1", data={"trial_id": "a-1"})])
    past.publish(TrialResumed(trial_id="a-1"))
    items = api.get("/events?stream=trial-a-1&after=3").json()["items"]
    assert [(each["position"], each.get("known")) for each in items] == [
        (5, None),
        (6, None),
        (8, False),
        (9, None),
    ]
    assert (items[2]["type"], items[2]["data"]) == ("trial.teleported.v1", {"trial_id": "a-1"})
    newest = api.get("/events?before=99&limit=3").json()["items"]
    assert [each["position"] for each in newest] == [9, 8, 7]
    for name in ("8", items[2]["event_id"]):
        shown = api.get(f"/events/{name}")
        assert (shown.status_code, shown.json()) == (200, items[2])


def test_what_a_later_release_recorded_is_said_once(past: World, api: Api) -> None:
    """Its type, in the log of the service, however often it is shown."""
    past.log.restore([foreign(8), foreign(9, event_id="another")])
    with capture_logs() as said:
        for _ in range(3):
            assert api.get("/events/9").status_code == 200
            assert api.get("/events").status_code == 200
    assert [each["type"] for each in said if each["event"] == "unknown_event"] == [
        "trial.teleported.v1"
    ]
