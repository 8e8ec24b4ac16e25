"""Changing trials over the API: what runs, what has ended, and what people say of them."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    Envelope,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialFinished,
    TrialStopRequested,
)
from hyperdock_gateway.policy import Policy, parse_rules


def patch(api: Api, trial_id: str, body: Any) -> httpx.Response:
    """Asks for changes."""
    return api.call("PATCH", f"/api/v1/trials/{trial_id}", json=body)


def delete(api: Api, trial_id: str) -> httpx.Response:
    """Puts a trial away."""
    return api.call("DELETE", f"/api/v1/trials/{trial_id}")


def ended(world: World) -> str:
    """A trial that has ended."""
    trial_id = world.add_trial()
    world.publish(TrialFinished(trial_id=trial_id, end="completed", reason="jobs"))
    return trial_id


def fields(answer: httpx.Response) -> set[str]:
    """What a refusal names."""
    assert answer.status_code == 422, answer.text
    return {each["field"] for each in answer.json()["errors"]}


def test_changes_show_at_once(api: Api, world: World) -> None:
    """The answer is the trial after them, and so is what is asked for next."""
    trial_id = world.add_trial()
    answer = patch(api, trial_id, {"parallelism": 4, "priority": -2})
    assert answer.status_code == 200
    assert (answer.json()["parallelism"], answer.json()["priority"]) == (4, -2)
    assert api.get(f"/trials/{trial_id}").json() == answer.json()


def test_the_whole_budget_is_replaced(api: Api, world: World) -> None:
    """As it would be read in a trial file; what is not named is gone."""
    trial_id = world.add_trial(budget={"jobs": 5, "max_failures": 2})
    answer = patch(api, trial_id, {"budget": {"wall_time": "2h"}})
    assert answer.json()["budget"] == {
        "jobs": None,
        "wall_time": 7200.0,
        "target_loss": None,
        "max_failures": None,
    }


def test_several_kinds_of_changes_come_together(api: Api, world: World) -> None:
    """In one batch; each is an event of its own."""
    trial_id = world.add_trial()
    body = {"budget": {"jobs": 7}, "notes": "**good**", "tags": ["b", "a", "b"], "archived": False}
    shown = patch(api, trial_id, body).json()
    assert (shown["budget"]["jobs"], shown["notes"]) == (7, "**good**")
    assert shown["tags"] == ["b", "a"], "in the order in which they were given, each once"
    kinds = {type(record.event) for record in world.log.read(1)}
    assert kinds == {TrialChanged, TrialAnnotated}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"budget": None, "parallelism": None, "notes": None, "tags": None, "archived": None},
        {"parallelism": 1},
        {"budget": {"jobs": 100}},
        {"notes": "", "tags": ["a"], "archived": False, "priority": 0},
    ],
)
def test_what_is_so_already_is_no_change(api: Api, world: World, body: Any) -> None:
    """The trial is answered as it is, and nothing is recorded; null says nothing."""
    trial_id = world.add_trial(tags=["a"])
    before = api.get(f"/trials/{trial_id}").json()
    answer = patch(api, trial_id, body)
    assert (answer.status_code, answer.json()) == (200, before)
    assert world.log.head() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"budget": {}}, "budget"),
        ({"budget": {"target_loss": 0.5}}, "budget"),
        ({"budget": {"jobs": 0}}, "budget.jobs"),
        ({"budget": {"jobs": 3, "colour": 1}}, "budget.colour"),
        ({"budget": {"wall_time": "soon"}}, "budget.wall_time"),
        ({"budget": 5}, "budget"),
        ({"parallelism": 0}, "parallelism"),
        ({"parallelism": "4"}, "parallelism"),
        ({"parallelism": True}, "parallelism"),
        ({"priority": 1001}, "priority"),
        ({"notes": "x" * 20_001}, "notes"),
        ({"tags": ["a,b"]}, "tags[0]"),
        ({"tags": "a"}, "tags"),
        ({"tags": [str(number) for number in range(51)]}, "tags"),
        ({"archived": 1}, "archived"),
        ({"name": "other"}, "name"),
        ({"notes": "\x00 is fine", "seed": 5}, "seed"),
    ],
)
def test_what_no_trial_can_be_is_refused(api: Api, world: World, body: Any, field: str) -> None:
    """The field is named, and nothing is recorded, not even what was right."""
    trial_id = world.add_trial()
    assert field in fields(patch(api, trial_id, {"notes": "new", **body}))
    assert world.log.head() == 1


def test_a_budget_may_be_smaller_than_what_is_done(api: Api, world: World) -> None:
    """Then no more begins."""
    trial_id = world.add_trial()
    for number in (1, 2, 3):
        world.end_job(world.add_job(trial_id, number), 1.0)
    answer = patch(api, trial_id, {"budget": {"jobs": 1}})
    assert (answer.status_code, answer.json()["jobs"]["succeeded"]) == (200, 3)


@pytest.mark.parametrize("body", [{"parallelism": 2}, {"budget": {"jobs": 3}}, {"priority": 3}])
def test_only_open_trials_go_on_otherwise(api: Api, world: World, body: Any) -> None:
    """409 once they stop or have ended, also together with what would be possible."""
    stopping = world.add_trial("tune-bbbbbb")
    world.publish(TrialStopRequested(trial_id=stopping, end="stopped", reason="user"))
    for trial_id in (stopping, ended(world)):
        head = world.log.head()
        answer = patch(api, trial_id, {**body, "notes": "late"})
        assert answer.status_code == 409
        assert world.log.head() == head


def test_ended_trials_are_annotated(api: Api, world: World) -> None:
    """What people think of them changes later, too."""
    trial_id = ended(world)
    shown = patch(api, trial_id, {"notes": "n", "tags": []}).json()
    assert (shown["notes"], shown["tags"], shown["state"]) == ("n", [], "completed")


def test_ended_trials_are_put_away_and_taken_out_again(api: Api, world: World) -> None:
    """By PATCH, or by DELETE, which loses nothing; each once."""
    trial_id = ended(world)
    for answer in (delete(api, trial_id), delete(api, trial_id)):
        assert (answer.status_code, answer.json()["archived"]) == (200, True)
    assert patch(api, trial_id, {"archived": True}).json()["archived"] is True
    assert patch(api, trial_id, {"archived": False}).json()["archived"] is False
    recorded = [each.event for each in world.log.read(0)]
    assert [each.archived for each in recorded if isinstance(each, TrialArchived)] == [True, False]
    assert api.get(f"/trials/{trial_id}").status_code == 200


def test_open_trials_are_not_put_away(api: Api, world: World) -> None:
    """409, which says what to do."""
    trial_id = world.add_trial()
    for answer in (delete(api, trial_id), patch(api, trial_id, {"archived": True, "notes": "n"})):
        assert answer.status_code == 409
        assert "stop it first" in answer.json()["detail"]
    assert world.log.head() == 1


def test_what_is_not_there_cannot_be_changed(api: Api) -> None:
    """A 404."""
    assert patch(api, "nothing", {"priority": 1}).status_code == 404
    assert delete(api, "nothing").status_code == 404


def test_the_policy_holds_for_changes(api: Api, world: World) -> None:
    """What a trial may not be submitted with it may not be changed to."""
    trial_id = world.add_trial(budget={"jobs": 5})
    rules = parse_rules("limits: {jobs: 10, parallelism: 2, priority: {max: 0}}")
    strict = api.with_services(policy=Policy(lambda: rules))
    asked = {"budget": {"jobs": 11}, "parallelism": 3, "priority": 1}
    assert fields(patch(strict, trial_id, asked)) == {"budget.jobs", "parallelism", "priority"}
    assert world.log.head() == 1
    shown = patch(strict, trial_id, {"budget": {"wall_time": 60}}).json()
    assert shown["budget"]["jobs"] == 10, "also where no number of jobs is asked for"


class EndsFirst:
    """A bus on whose way the trial ends before what is published comes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
        """Stops the trial; drops what a supervisor drops then."""
        (trial_id,) = {getattr(each.event, "trial_id", "") for each in batch}
        self._world.publish(TrialStopRequested(trial_id=trial_id, end="stopped", reason="user"))
        kept = [each for each in batch if not isinstance(each.event, TrialChanged)]
        if kept:
            self._world.bus.publish(kept)


def test_a_change_that_comes_too_late_is_a_conflict(api: Api, world: World) -> None:
    """At once, and not after having waited for what will never be."""
    trial_id = world.add_trial()
    answer = patch(api.with_services(bus=EndsFirst(world)), trial_id, {"parallelism": 2})
    assert answer.status_code == 409
    assert "stopping" in answer.json()["detail"]


class Nowhere:
    """A bus that takes everything and is in no hurry."""

    def publish(self, _batch: Sequence[Envelope], _timeout: float) -> None:
        """Takes it."""


def test_a_change_that_takes_its_time_is_accepted(api: Api, world: World) -> None:
    """202, with the trial as it is now."""
    trial_id = world.add_trial()
    slow = api.with_services(bus=Nowhere(), patience=0.02)
    answer = patch(slow, trial_id, {"parallelism": 2})
    assert (answer.status_code, answer.json()["parallelism"]) == (202, 1)


def test_a_change_is_seen_though_another_one_follows(api: Api, world: World) -> None:
    """What counts is that it is recorded: the answer shows what is true now."""

    class Followed(Nowhere):
        def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
            world.bus.publish(batch)
            world.publish(TrialChanged(trial_id=trial_id, parallelism=9))

    trial_id = world.add_trial()
    answer = patch(api.with_services(bus=Followed()), trial_id, {"parallelism": 2})
    assert (answer.status_code, answer.json()["parallelism"]) == (200, 9)
