"""Trials like another one, but for some changes."""

from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import DOCUMENT, Api, World

from hyperdock_gateway.cloning import merged
from hyperdock_gateway.policy import Policy, parse_rules

SPACE = {
    "lr": {"type": "float", "low": 0.001, "high": 1, "log": True},
    "kind": ["a", "b"],
}


def clone(api: Api, trial_id: str, headers: Any = None, **changes: Any) -> httpx.Response:
    """Clones a trial with these changes."""
    return api.post(f"/trials/{trial_id}/clone", json={"changes": changes}, headers=headers)


def spec_of(api: Api, answer: httpx.Response) -> dict[str, Any]:
    """The spec of the trial that was answered."""
    assert answer.status_code == 201, answer.text
    spec: dict[str, Any] = api.get(f"/trials/{answer.json()['trial_id']}/spec").json()
    return spec


def test_a_clone_is_the_same_trial_with_another_seed(api: Api, world: World) -> None:
    """All else is as it was: tags, notes, secrets by their names."""
    trial_id = world.add_trial(
        space=SPACE, tags=["a"], notes="why", secrets={"TOKEN": "hub"}, environment={"A": "1"}
    )
    answer = api.post(f"/trials/{trial_id}/clone")
    assert answer.headers["location"] == f"/api/v1/trials/{answer.json()['trial_id']}"
    old, new = api.get(f"/trials/{trial_id}/spec").json(), spec_of(api, answer)
    assert new["algorithm"].pop("seed") != old["algorithm"].pop("seed")
    assert new == old
    assert new["secrets"] == {"TOKEN": "hub"}


def test_a_seed_that_is_named_is_taken(api: Api, world: World) -> None:
    """So that the same can be tried again."""
    answer = clone(api, world.add_trial(), algorithm={"seed": 5})
    assert spec_of(api, answer)["algorithm"]["seed"] == 5


def test_changes_go_into_depth(api: Api, world: World) -> None:
    """What is not named within an object stays; null takes away; a list is replaced."""
    trial_id = world.add_trial(space=SPACE, budget={"jobs": 10, "target_loss": 0.5}, tags=["a"])
    new = spec_of(
        api,
        clone(
            api,
            trial_id,
            space={"lr": {"high": 2}, "kind": None, "depth": {"type": "int", "low": 1, "high": 3}},
            budget={"target_loss": None, "max_failures": 4},
            tags=["b"],
            name="Other",
        ),
    )
    assert new["space"]["lr"] | {"low": 0.001, "high": 2} == new["space"]["lr"]
    assert new["space"].keys() == {"lr", "depth"}
    assert new["budget"] | {"jobs": 10, "target_loss": None, "max_failures": 4} == new["budget"]
    assert (new["tags"], new["name"]) == (["b"], "Other")


@pytest.mark.parametrize("asked", ["random", {"name": "random"}])
def test_another_algorithm_begins_without_the_options_of_the_old_one(
    api: Api, world: World, asked: Any
) -> None:
    """By its name alone, or as an object."""
    trial_id = world.add_trial(algorithm={"name": "grid", "options": {"points": 3}})
    algorithm = spec_of(api, clone(api, trial_id, algorithm=asked))["algorithm"]
    assert (algorithm["name"], algorithm["options"]) == ("random", {})


def test_null_gives_the_default_back(api: Api, world: World) -> None:
    """As if the field had not been named in the first place."""
    trial_id = world.add_trial(algorithm={"name": "random"}, budget={"jobs": 3}, timeout=5)
    new = spec_of(api, clone(api, trial_id, algorithm=None, budget=None, timeout=None))
    assert (new["algorithm"]["name"], new["budget"]["jobs"], new["timeout"]) == ("auto", 100, None)


def test_points_are_not_taken_along(api: Api, world: World) -> None:
    """They belong to the old trial, unless they are named."""
    trial_id = world.add_trial(points=[{"params": {"x": 0.5}, "loss": 1.0}])
    assert spec_of(api, clone(api, trial_id))["points"] == []
    named = [{"params": {"x": 0.25}, "loss": None}]
    assert spec_of(api, clone(api, trial_id, points=named))["points"] == named


def test_a_clone_of_a_changed_trial_is_like_what_was_submitted(api: Api, world: World) -> None:
    """A clone is of the spec as `GET …/spec` shows it."""
    trial_id = world.add_trial(budget={"jobs": 3})
    changed = api.call("PATCH", f"/api/v1/trials/{trial_id}", json={"budget": {"jobs": 9}})
    assert changed.json()["budget"]["jobs"] == 9
    assert spec_of(api, clone(api, trial_id))["budget"]["jobs"] == 3


def test_what_is_wrong_is_named_as_it_stands_in_the_body(api: Api, world: World) -> None:
    """All of it, and nothing is recorded."""
    trial_id = world.add_trial()
    head = world.log.head()
    answer = clone(api, trial_id, parallelism=0, budget={"jobs": "many"}, colour=1)
    assert answer.status_code == 422
    fields = {each["field"] for each in answer.json()["errors"]}
    assert fields == {"changes.parallelism", "changes.budget.jobs", "changes.colour"}
    assert world.log.head() == head


def test_the_policy_is_asked_again(api: Api, world: World) -> None:
    """What may not begin any more may not be cloned; the field is named."""
    trial_id = world.add_trial()
    rules = parse_rules("commands: deny")
    answer = clone(api.with_services(policy=Policy(lambda: rules)), trial_id)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["changes.command"]


def test_a_target_may_be_exchanged_for_another_kind(api: Api, world: World) -> None:
    """A local program for an image, or for programs that ask for jobs."""
    trial_id = world.add_trial()
    image = spec_of(api, clone(api, trial_id, command=None, image="team/train:1"))
    assert (image["image"], image["command"]) == ("team/train:1", None)
    own = spec_of(api, clone(api, trial_id, command=None, external=True))
    assert own["external"]


def test_the_same_key_with_other_changes_is_refused(api: Api, world: World) -> None:
    """With the same ones it is the same clone."""
    trial_id, key = world.add_trial(), {"Idempotency-Key": "k"}
    first = clone(api, trial_id, headers=key, parallelism=2)
    again = clone(api, trial_id, headers=key, parallelism=2)
    other = clone(api, trial_id, headers=key, parallelism=3)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert [each["field"] for each in other.json()["errors"]] == ["Idempotency-Key"]


def test_what_is_not_there_cannot_be_cloned(api: Api) -> None:
    """A 404, as everywhere."""
    assert clone(api, "nothing").status_code == 404


@pytest.mark.parametrize("body", [{"change": {}}, {"changes": []}, {"changes": None}, []])
def test_a_body_that_is_no_change_is_refused(api: Api, world: World, body: Any) -> None:
    """A 422, and nothing is recorded."""
    trial_id = world.add_trial()
    assert api.post(f"/trials/{trial_id}/clone", json=body).status_code == 422
    assert world.log.head() == 1


@pytest.mark.parametrize(
    ("document", "changes", "expected"),
    [
        ({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}}, {"a": 1, "b": {"c": 2, "d": 3}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"b": 1}}, {"a": {"b": None}}, {"a": {}}),
        ({"a": 1}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
        ({"a": 1}, {"b": None}, {"a": 1}),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": "text"}),
        ({"a": None}, {"b": 1}, {"a": None, "b": 1}),
    ],
)
def test_changes_are_a_merge_patch(document: Any, changes: Any, expected: Any) -> None:
    """As RFC 7396 says."""
    before = repr(document)
    assert merged(document, changes) == expected
    assert repr(document) == before


def test_a_clone_keeps_nothing_of_the_document_that_it_came_from(api: Api) -> None:
    """The trial that was cloned is as it was."""
    trial_id = api.post("/trials", json=DOCUMENT).json()["trial_id"]
    before = api.get(f"/trials/{trial_id}/spec").json()
    clone(api, trial_id, space={"x": {"high": 9}})
    assert api.get(f"/trials/{trial_id}/spec").json() == before
