"""Trials that go on from a moment of another one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    Envelope,
    Failed,
    JobFinished,
    JobProposed,
    JobRetracted,
    Point,
    PointsAdded,
    Succeeded,
    TrialChanged,
    TrialResumed,
    TrialSubmitted,
)
from hyperdock_gateway import forked_results, forking
from hyperdock_gateway.policy import Policy, parse_rules

X = {"type": "float", "low": 0, "high": 1}
OLD = "old-aaaaaa"


@pytest.fixture
def old(world: World) -> str:
    """A trial with a result at 0.1, a failure at 0.2, a result at 0.3 and a job that runs."""
    world.add_trial(OLD, space={"x": X}, parallelism=2)
    ended(world, 1, Succeeded(loss=3.0))
    ended(world, 2, Failed(reason="exit_code"))
    ended(world, 3, Succeeded(loss=2.0))
    world.add_job(OLD, 4)
    return OLD


def ended(world: World, number: int, outcome: Any) -> None:
    """Records a job at a tenth of its number, with its end."""
    job_id = f"{OLD}.{number}"
    params: dict[str, Any] = {"x": number / 10}
    world.publish(
        JobProposed(trial_id=OLD, job_id=job_id, number=number, params=params),
        JobFinished(
            trial_id=OLD,
            job_id=job_id,
            attempt=1,
            worker_id=None,
            outcome=outcome,
            metrics={"n": number},
        ),
    )


def fork(api: Api, body: Any = None, headers: Any = None) -> httpx.Response:
    """Forks the old trial."""
    return api.post(f"/trials/{OLD}/fork", json=body or {}, headers=headers)


def made(answer: httpx.Response) -> dict[str, Any]:
    """The trial that was answered."""
    assert answer.status_code == 201, answer.text
    trial: dict[str, Any] = answer.json()
    return trial


def events_of(world: World, trial_id: str) -> list[Any]:
    """All events of a trial."""
    return [record.event for record in world.log.read(0, 1000, stream=f"trial-{trial_id}")]


def points_of(world: World, trial_id: str) -> list[Point]:
    """The points that were added to a trial."""
    added = [each for each in events_of(world, trial_id) if isinstance(each, PointsAdded)]
    return [point for each in added for point in each.points]


@pytest.mark.usefixtures("old")
def test_a_fork_knows_the_results_with_their_metrics(api: Api, world: World) -> None:
    """Each under the id of the job that it was; failures and open jobs are no results."""
    trial = made(fork(api))
    assert points_of(world, trial["trial_id"]) == [
        Point(point_id=f"{OLD}.1", params={"x": 0.1}, loss=3.0, metrics={"n": 1}),
        Point(point_id=f"{OLD}.3", params={"x": 0.3}, loss=2.0, metrics={"n": 3}),
    ]
    assert trial["forked_from"] == {"trial_id": OLD, "position": 8, "results": 2, "left_out": {}}
    assert trial["state"] == "running"


@pytest.mark.usefixtures("old")
def test_nothing_is_proposed_before_all_results_are_known(api: Api, world: World) -> None:
    """The trial begins paused, and is resumed behind the last of them, as one chain of causes."""
    trial_id = made(fork(api))["trial_id"]
    records = world.log.read(0, 1000, stream=f"trial-{trial_id}")
    assert [type(each.event) for each in records] == [TrialSubmitted, PointsAdded, TrialResumed]
    first = records[0]
    assert isinstance(first.event, TrialSubmitted)
    assert first.event.paused
    chains = {(each.envelope.causation_id, each.envelope.correlation_id) for each in records[1:]}
    assert chains == {(first.envelope.event_id, first.envelope.correlation_id)}


@pytest.mark.usefixtures("old")
def test_a_fork_without_results_begins_at_once(api: Api, world: World) -> None:
    """It is a clone that knows where it is from."""
    trial = made(fork(api, {"results": False}))
    assert [type(each) for each in events_of(world, trial["trial_id"])] == [TrialSubmitted]
    assert trial["forked_from"]["results"] == 0
    assert trial["state"] == "running"


def test_a_moment_is_a_position(api: Api, world: World, old: str) -> None:
    """What came after it has not happened: neither results, nor retractions, nor changes."""
    before = world.log.head()
    world.publish(
        JobRetracted(trial_id=old, job_id=f"{old}.1"), TrialChanged(trial_id=old, parallelism=9)
    )
    then = made(fork(api, {"at": before}))
    now = made(fork(api))
    assert [each.loss for each in points_of(world, then["trial_id"])] == [3.0, 2.0]
    assert [each.loss for each in points_of(world, now["trial_id"])] == [2.0]
    assert (then["parallelism"], now["parallelism"]) == (2, 9)
    early = made(fork(api, {"at": 3}))
    assert early["forked_from"] | {"position": 3, "results": 1} == early["forked_from"]


@pytest.mark.usefixtures("old")
def test_a_moment_is_a_time(world: World) -> None:
    """Which means the last position that was recorded by then."""
    at = "2100-01-01T00:00:00Z"
    refused = fork(Api(world.services), {"at": at})
    assert [each["field"] for each in refused.json()["errors"]] == ["at"]
    later = replace(world.services, clock=lambda: 5e9)
    trial = made(fork(Api(later), {"at": at}))
    assert trial["forked_from"]["position"] == 8


@pytest.mark.usefixtures("old")
def test_a_moment_is_the_end_of_a_job(api: Api, world: World) -> None:
    """By its number: its own result is the last that counts."""
    trial = made(fork(api, {"after_job": 1}))
    assert trial["forked_from"]["position"] == 3
    assert [each.loss for each in points_of(world, trial["trial_id"])] == [3.0]


@pytest.mark.usefixtures("old")
def test_changes_decide_which_results_fit(api: Api, world: World) -> None:
    """Those that do not are counted by the reason."""
    narrow = made(fork(api, {"changes": {"space": {"x": {"low": 0.2}}}}))
    assert narrow["forked_from"]["left_out"] == {"out_of_space": 1}
    assert [each.params for each in points_of(world, narrow["trial_id"])] == [{"x": 0.3}]
    more = {"space": {"y": X}}
    lacking = made(fork(api, {"changes": more}))
    assert lacking["forked_from"]["left_out"] == {"lacks_parameter": 2}
    filled = made(fork(api, {"changes": more, "fill": {"y": 0.5}}))
    assert filled["forked_from"]["results"] == 2
    assert points_of(world, filled["trial_id"])[0].params == {"x": 0.1, "y": 0.5}
    other = made(fork(api, {"changes": {"objective": "maximize"}}))
    assert other["forked_from"]["left_out"] == {"other_objective": 2}


@pytest.mark.usefixtures("old")
def test_the_seed_is_fresh_unless_it_is_named(api: Api) -> None:
    """As with a clone; another algorithm, budget and image may be named, too."""
    changes = {"algorithm": {"name": "random", "seed": 5}, "budget": {"jobs": 3}}
    named = made(fork(api, {"changes": changes}))
    assert (named["algorithm"], named["seed"], named["budget"]["jobs"]) == ("random", 5, 3)
    assert made(fork(api))["seed"] != 7


@pytest.mark.usefixtures("old")
def test_of_too_many_results_the_newest_are_taken(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the others counted."""
    monkeypatch.setattr(forked_results, "MOST_RESULTS", 1)
    trial = made(fork(api))
    assert trial["forked_from"]["left_out"] == {"too_many": 1}
    assert [each.loss for each in points_of(world, trial["trial_id"])] == [2.0]


@pytest.mark.usefixtures("old")
def test_many_results_come_in_several_events(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In their order, and the trial is resumed behind the last."""
    monkeypatch.setattr(forking, "MOST_BYTES", 1)
    trial_id = made(fork(api))["trial_id"]
    kinds = [type(each) for each in events_of(world, trial_id)]
    assert kinds == [TrialSubmitted, PointsAdded, PointsAdded, TrialResumed]
    assert [each.loss for each in points_of(world, trial_id)] == [3.0, 2.0]


class Torn:
    """A bus that loses what is behind the first event, and says so."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, batch: Sequence[Envelope], timeout: float) -> None:
        """Hands over one event."""
        self._world.bus.publish(batch[:1], timeout)


def test_the_same_call_brings_what_was_lost(api: Api, world: World, old: str) -> None:
    """Of the moment of the first call, though the trial has gone on since."""
    key = {"Idempotency-Key": "k"}
    torn: Any = Torn(world)
    first = fork(api.with_services(bus=torn, patience=0.0), headers=key)
    assert first.status_code == 202
    trial_id = first.json()["trial_id"]
    assert api.get(f"/trials/{trial_id}").json()["state"] == "paused"
    world.end_job(f"{old}.4", 1.0)
    again = made(fork(api, headers=key))
    assert again["trial_id"] == trial_id
    assert [each.loss for each in points_of(world, trial_id)] == [3.0, 2.0]
    assert again["state"] == "running"
    head = world.log.head()
    assert made(fork(api, headers=key))["trial_id"] == trial_id
    assert world.log.head() == head
    other = fork(api, {"results": False}, headers=key)
    assert [each["field"] for each in other.json()["errors"]] == ["Idempotency-Key"]


@pytest.mark.usefixtures("old")
def test_the_policy_is_asked_again(world: World) -> None:
    """What may not begin any more may not be forked either; the field is named."""
    rules = parse_rules("commands: deny")
    answer = fork(Api(replace(world.services, policy=Policy(lambda: rules))))
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["changes.command"]


def test_a_fork_of_a_fork_takes_the_results_along(api: Api, world: World, old: str) -> None:
    """Also those that were not evaluated in it."""
    parent = made(fork(api))["trial_id"]
    for number, point in enumerate(points_of(world, parent), 1):
        job: dict[str, Any] = {"trial_id": parent, "job_id": f"{parent}.{number}"}
        world.publish(
            JobProposed(
                **job,
                number=number,
                params=point.params,
                origin="imported",
                point_id=point.point_id,
            ),
            JobFinished(
                **job, attempt=1, worker_id=None, outcome=Succeeded(loss=point.loss or 0.0)
            ),
        )
    child = made(api.post(f"/trials/{parent}/fork"))
    assert child["forked_from"]["trial_id"] == parent != old
    assert [each.loss for each in points_of(world, child["trial_id"])] == [3.0, 2.0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"at": 10**6}, "at"),
        ({"at": -1}, "at"),
        ({"at": 0}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"at": 1.5}, "at"),
        ({"after_job": 4}, "after_job"),
        ({"after_job": 99}, "after_job"),
        ({"after_job": 1, "at": 5}, "after_job"),
        ({"changes": {"parallelism": 0}}, "changes.parallelism"),
        ({"changes": {"space": {"x": None}}}, "changes.space"),
        ({"result": True}, "result"),
        ({"changes": {"space": {"new": [0, 1]}}, "fill": {"new": 7}}, "fill.new"),
        ({"fill": {"nosuch": 3}}, "fill.nosuch"),
    ],
)
@pytest.mark.usefixtures("old")
def test_what_is_wrong_is_named_and_leaves_no_trace(
    api: Api, world: World, body: Any, field: str
) -> None:
    """A 422 for the moment, the changes and the rest."""
    head = world.log.head()
    answer = fork(api, body)
    assert answer.status_code == 422, answer.text
    assert {each["field"].partition("[")[0] for each in answer.json()["errors"]} >= {field}
    assert world.log.head() == head


def test_what_is_not_there_cannot_be_forked(api: Api, world: World) -> None:
    """A 404, as everywhere."""
    world.add_trial()
    for body in ({}, {"after_job": 1}, {"at": 10**6}):
        assert api.post("/trials/nothing/fork", json=body).status_code == 404
