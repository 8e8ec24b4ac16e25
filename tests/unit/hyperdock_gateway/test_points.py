"""Adding points, running jobs again and retracting results over the API."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    Cancelled,
    Envelope,
    Failed,
    JobFinished,
    JobProposed,
    JobRetracted,
    Outcome,
    PointsAdded,
    Pruned,
    Succeeded,
    TrialStopRequested,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.policy import Policy, parse_rules

KEY = {"Idempotency-Key": "k-1"}
SPACE = {
    "lr": {"type": "float", "low": 0, "high": 1},
    "model": {"depth": {"type": "int", "low": 1, "high": 4}},
    "fixed": 7,
}
GOOD: JsonObject = {"lr": 0.5, "model": {"depth": 2}}


def add(api: Api, trial_id: str, *points: Any, headers: Any = None) -> httpx.Response:
    """Adds points."""
    return api.post(f"/trials/{trial_id}/points", json={"points": points}, headers=headers)


def added(world: World) -> list[PointsAdded]:
    """The points in the log."""
    events = [record.event for record in world.log.read(0)]
    return [each for each in events if isinstance(each, PointsAdded)]


def names(answer: httpx.Response) -> list[str]:
    """What a refusal names."""
    assert answer.status_code == 422, answer.text
    return [each["field"] for each in answer.json()["errors"]]


def stop(world: World, trial_id: str) -> None:
    """The trial is to stop."""
    world.publish(TrialStopRequested(trial_id=trial_id, end="stopped", reason="user"))


@pytest.fixture
def trial(world: World) -> str:
    """A trial that takes points."""
    return world.add_trial(space=SPACE)


def test_points_wait_to_be_run(api: Api, world: World, trial: str) -> None:
    """In their order, each with an id, all their params and no job yet; the trial counts them."""
    answer = add(api, trial, {"params": GOOD}, {"params": {**GOOD, "lr": 1}})
    assert answer.status_code == 201
    told = answer.json()["points"]
    assert [each["job_id"] for each in told] == [None, None]
    (event,) = added(world)
    assert [point.point_id for point in event.points] == [each["point_id"] for each in told]
    assert [point.params for point in event.points] == [
        {"lr": 0.5, "model": {"depth": 2}, "fixed": 7},
        {"lr": 1.0, "model": {"depth": 2}, "fixed": 7},
    ]
    assert api.get(f"/trials/{trial}").json()["jobs"]["queued"] == 2


@pytest.mark.parametrize(
    ("point", "field"),
    [
        ({"params": {**GOOD, "lr": 2}}, "points[1].params.lr"),
        ({"params": {**GOOD, "lr": "0.5"}}, "points[1].params.lr"),
        ({"params": {"lr": 0.5, "model": {"depth": 2.5}}}, "points[1].params.model.depth"),
        ({"params": {"lr": 0.5}}, "points[1].params.model.depth"),
        ({"params": {**GOOD, "fixed": 8}}, "points[1].params.fixed"),
        ({"params": {**GOOD, "colour": 1}}, "points[1].params.colour"),
        ({"params": [1]}, "points[1].params"),
        ({"params": GOOD, "loss": "low"}, "points[1].loss"),
        ({"params": GOOD, "loss": True}, "points[1].loss"),
        ({"params": GOOD, "metrics": 5}, "points[1].metrics"),
        ({"params": GOOD, "point_id": "mine"}, "points[1].point_id"),
        ({}, "points[1].params"),
        (5, "points[1]"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(
    api: Api, world: World, trial: str, point: Any, field: str
) -> None:
    """And none of the points is added."""
    assert field in names(add(api, trial, {"params": GOOD}, point))
    assert added(world) == []


def test_all_that_does_not_fit_is_named_at_once(api: Api, trial: str) -> None:
    """In every point."""
    wrong = {"params": {"lr": 2, "model": {"depth": 0}}}
    assert names(add(api, trial, wrong, {"params": GOOD}, wrong)) == [
        f"points[{index}].params.{name}" for index in (0, 2) for name in ("lr", "model.depth")
    ]


@pytest.mark.parametrize("body", [{}, {"points": []}, {"points": [{"params": GOOD}] * 1001}, []])
def test_some_points_are_needed_and_not_too_many(api: Api, trial: str, body: Any) -> None:
    """From one to a thousand."""
    assert api.post(f"/trials/{trial}/points", json=body).status_code == 422


def test_a_thousand_points_are_added_at_once(api: Api, world: World, trial: str) -> None:
    """As one event."""
    points = [{"params": {**GOOD, "lr": number / 1000}} for number in range(1000)]
    answer = add(api, trial, *points)
    assert len({each["point_id"] for each in answer.json()["points"]}) == 1000
    assert [len(event.points) for event in added(world)] == [1000]


def test_a_trial_that_ends_takes_no_more(api: Api, world: World, trial: str) -> None:
    """409, which says what to do."""
    stop(world, trial)
    answer = add(api, trial, {"params": GOOD})
    assert answer.status_code == 409
    assert "clone" in answer.json()["detail"]
    assert add(api, "nothing", {"params": GOOD}).status_code == 404


def test_the_same_call_again_adds_nothing(api: Api, world: World, trial: str) -> None:
    """And is answered alike, but for the jobs that there are meanwhile, also after the end."""
    first = add(api, trial, {"params": GOOD}, headers=KEY)
    point_id = first.json()["points"][0]["point_id"]
    proposal = JobProposed(
        trial_id=trial, job_id=f"{trial}.1", number=1, params=GOOD, point_id=point_id
    )
    world.publish(proposal)
    stop(world, trial)
    again = add(api, trial, {"params": GOOD}, headers=KEY)
    assert again.status_code == 201
    assert again.json()["points"] == [{"point_id": point_id, "job_id": f"{trial}.1"}]
    assert len(added(world)) == 1


def test_the_same_call_at_once_adds_its_points_once(api: Api, world: World, trial: str) -> None:
    """However many there are."""
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(add, api, trial, {"params": GOOD}, headers=KEY) for _ in range(6)]
    answers = [each.result() for each in calls]
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["points"][0]["point_id"] for each in answers}) == 1
    assert len(added(world)) == 1


@pytest.mark.parametrize(
    "other",
    [
        [{"params": {**GOOD, "lr": 0.25}}],
        [{"params": GOOD, "loss": 1.0}],
        [{"params": GOOD, "metrics": {"a": 1}}],
        [{"params": GOOD}, {"params": GOOD}],
    ],
)
def test_a_key_stands_for_the_same_points(
    api: Api, world: World, trial: str, other: list[Any]
) -> None:
    """Other ones are refused, and not added."""
    assert add(api, trial, {"params": GOOD}, headers=KEY).status_code == 201
    assert names(add(api, trial, *other, headers=KEY)) == ["Idempotency-Key"]
    assert len(added(world)) == 1


def test_other_points_under_a_key_at_once_are_not_taken_for_the_same(
    api: Api, world: World, trial: str
) -> None:
    """Some of the calls are right; those of the others are refused."""
    losses = [{"params": GOOD}, {"params": {**GOOD, "lr": 0.25}}] * 4
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(add, api, trial, each, headers=KEY) for each in losses]
    (event,) = added(world)
    kept = event.points[0].params["lr"]
    for asked, call in zip(losses, calls, strict=True):
        right = asked["params"]["lr"] == kept
        assert call.result().status_code == (201 if right else 422)


def test_a_key_may_be_used_for_each_trial(api: Api, world: World, trial: str) -> None:
    """And for each operation."""
    other = world.add_trial("tune-bbbbbb", space=SPACE)
    for trial_id in (trial, other):
        assert add(api, trial_id, {"params": GOOD}, headers=KEY).status_code == 201
    assert len(added(world)) == 2


class EndsFirst:
    """A bus on whose way the trial ends before what is published comes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
        """Stops the trial, and drops the rest, as a supervisor does."""
        stop(self._world, str(getattr(batch[0].event, "trial_id", "")))


class Nowhere:
    """A bus that takes everything and is in no hurry."""

    def publish(self, _batch: Sequence[Envelope], _timeout: float) -> None:
        """Takes it."""


def test_points_that_come_too_late_are_a_conflict(api: Api, world: World, trial: str) -> None:
    """At once: the trial ended while they were on their way."""
    answer = add(api.with_services(bus=EndsFirst(world)), trial, {"params": GOOD})
    assert answer.status_code == 409


def test_points_that_take_their_time_are_accepted(api: Api, trial: str) -> None:
    """202, with the ids that they will have."""
    slow = api.with_services(bus=Nowhere(), patience=0.02)
    answer = add(slow, trial, {"params": GOOD}, headers=KEY)
    assert answer.status_code == 202
    assert add(api, trial, {"params": GOOD}, headers=KEY).json() == answer.json()


def test_points_are_no_way_around_the_number_of_jobs(api: Api, world: World) -> None:
    """That the operator allows; what was evaluated elsewhere costs nothing of it."""
    trial = world.add_trial(space=SPACE, budget={"jobs": 3})
    world.add_job(trial, 1)
    rules = parse_rules("limits: {jobs: 3}")
    strict = api.with_services(policy=Policy(lambda: rules), patience=0.02)
    assert names(add(strict, trial, *[{"params": GOOD}] * 3)) == ["points"]
    assert add(strict, trial, *[{"params": GOOD}] * 2).status_code == 201
    assert names(add(strict, trial, {"params": GOOD})) == ["points"]
    assert add(strict, trial, {"params": GOOD, "loss": 1.0}).status_code == 202


@pytest.mark.parametrize(
    "outcome", [Failed(reason="exit_code"), Cancelled(reason="user"), Pruned(step=3)]
)
def test_what_did_not_succeed_is_run_again(
    api: Api, world: World, trial: str, outcome: Outcome
) -> None:
    """As a point of its own that names the job; the same call again is the same point."""
    job_id = world.add_job(trial, 1)
    world.end_job(job_id, outcome)
    first = api.post(f"/jobs/{job_id}/retry", headers=KEY)
    again = api.post(f"/jobs/{job_id}/retry", headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    (event,) = added(world)
    (point,) = event.points
    assert (point.retry_of, point.params, point.loss) == (job_id, {"x": 0.1}, None)
    assert point.point_id == first.json()["point_id"]


def test_a_job_may_be_run_again_and_again(api: Api, world: World, trial: str) -> None:
    """Without a key each call is one more."""
    job_id = world.add_job(trial, 1)
    world.end_job(job_id, Failed(reason="exit_code"))
    points = [api.post(f"/jobs/{job_id}/retry").json()["point_id"] for _ in range(2)]
    assert len(set(points)) == len(added(world)) == 2


def test_only_what_is_over_without_a_result_is_run_again(
    api: Api, world: World, trial: str
) -> None:
    """Not what waits, runs or succeeded, and nothing of a trial that ends."""
    waiting, running, good, bad = (
        world.add_job(trial, number, claimed=number == 2) for number in (1, 2, 3, 4)
    )
    world.end_job(good, 1.0)
    world.end_job(bad, Failed(reason="exit_code"))
    for job_id in (waiting, running, good):
        answer = api.post(f"/jobs/{job_id}/retry")
        assert answer.status_code == 409
        assert "can be retried" in answer.json()["detail"]
    stop(world, trial)
    assert api.post(f"/jobs/{bad}/retry").status_code == 409
    assert api.post(f"/jobs/{trial}.99/retry").status_code == 404
    assert added(world) == []


def test_a_wrong_result_is_retracted(api: Api, world: World, trial: str) -> None:
    """It says why; a second time changes nothing; then it can be run again."""
    job_id = world.add_job(trial, 1)
    world.end_job(job_id, 0.5)
    answer = api.post(f"/jobs/{job_id}/retract", json={"reason": "wrong data"})
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["loss"], shown["retracted"]["reason"]) == (None, "wrong data")
    assert shown["retracted"]["loss"] == 0.5
    assert api.post(f"/jobs/{job_id}/retract", json={"reason": "again"}).json() == shown
    kinds = [type(record.event) for record in world.log.read(0)]
    assert kinds.count(JobRetracted) == 1
    assert api.post(f"/jobs/{job_id}/retry").status_code == 201


def test_the_best_is_the_best_of_what_counts(api: Api, world: World, trial: str) -> None:
    """Also where several were retracted, and none is left."""
    jobs = [world.add_job(trial, number) for number in (1, 2, 3)]
    for job_id, loss in zip(jobs, (0.2, 0.9, 0.1), strict=True):
        world.end_job(job_id, loss)

    def best() -> Any:
        shown = api.get(f"/trials/{trial}").json()["best"]
        return shown and (shown["job_id"], shown["loss"], shown["params"])

    assert best() == (jobs[2], 0.1, {"x": 0.3})
    api.post(f"/jobs/{jobs[2]}/retract")
    assert best() == (jobs[0], 0.2, {"x": 0.1})
    api.post(f"/jobs/{jobs[0]}/retract")
    assert best() == (jobs[1], 0.9, {"x": 0.2})
    api.post(f"/jobs/{jobs[1]}/retract")
    assert best() is None


@pytest.mark.parametrize("outcome", [None, Failed(reason="exit_code"), Cancelled()])
def test_only_results_are_retracted(
    api: Api, world: World, trial: str, outcome: Outcome | None
) -> None:
    """409 for a job without one."""
    job_id = world.add_job(trial, 1)
    if outcome is not None:
        world.end_job(job_id, outcome)
    assert api.post(f"/jobs/{job_id}/retract").status_code == 409
    assert api.post(f"/jobs/{job_id}/retract", json={"why": "?"}).status_code == 422
    assert api.post(f"/jobs/{trial}.99/retract").status_code == 404


def test_a_point_is_told_its_job_where_it_has_one(api: Api, world: World, trial: str) -> None:
    """Where what is evaluated elsewhere has become jobs by the time of the answer."""

    class Imports:
        def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
            world.bus.publish(batch)
            (envelope,) = batch
            assert isinstance(envelope.event, PointsAdded)
            for number, point in enumerate(envelope.event.points, 1):
                names: Any = {"trial_id": trial, "job_id": f"{trial}.{number}"}
                world.publish(
                    JobProposed(
                        **names,
                        number=number,
                        params=point.params,
                        point_id=point.point_id,
                        origin="imported",
                    ),
                    JobFinished(
                        **names, attempt=1, worker_id=None, outcome=Succeeded(loss=point.loss or 0)
                    ),
                )

    quick = api.with_services(bus=Imports())
    answer = add(quick, trial, {"params": GOOD, "loss": 0.5}, {"params": GOOD, "loss": 0.25})
    assert answer.status_code == 201
    assert [each["job_id"] for each in answer.json()["points"]] == [f"{trial}.1", f"{trial}.2"]
    assert api.get(f"/trials/{trial}").json()["best"]["loss"] == 0.25
