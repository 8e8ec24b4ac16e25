"""Trying a trial out: nothing is recorded, and everything that is wrong is named."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import DEADLINE, DOCUMENT, Api, World

from hyperdock_common.errors import HyperdockError
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, parse_trial
from hyperdock_gateway.policy import Policy, parse_rules

YAML = "name: y\ncommand: ['true']\nspace:\n  x: {type: int, low: 1, high: 4}\n"


def validate(api: Api, **fields: Any) -> httpx.Response:
    """Tries the usual document out, with these fields."""
    return api.post("/trials/validate", json={**DOCUMENT, **fields})


@pytest.fixture(autouse=True)
def _leaves_no_trace(world: World) -> Iterator[None]:
    """Whatever is tried out: nothing of it stands in the log."""
    yield
    assert world.log.head() == 0


def test_a_valid_trial_is_told_in_full(api: Api) -> None:
    """With every default, a seed, where it runs, and how large its space is."""
    told = validate(api, algorithm={"name": "random", "seed": 5}).json()
    spec = parse_trial(told["spec"])
    assert told["valid"] is True
    assert (spec.algorithm.seed, spec.parallelism, told["runs_in"]) == (5, 1, "process")
    assert told["space"] == {"size": None, "dimensions": 1}


def test_yaml_is_read_as_well(api: Api) -> None:
    """As a trial file has it."""
    headers = {"content-type": "application/yaml"}
    answer = api.post("/trials/validate", content=YAML, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["space"] == {"size": 4, "dimensions": 1}


def test_everything_that_is_wrong_is_named_at_once(api: Api) -> None:
    """With the field that is at fault."""
    answer = validate(api, parallelism=0, budget={"jobs": -1}, colour=1, space={"x": {"type": "?"}})
    assert answer.status_code == 422
    fields = {each["field"] for each in answer.json()["errors"]}
    assert fields >= {"parallelism", "budget.jobs", "colour", "space.x.type"}


def test_what_the_operator_does_not_allow_is_a_problem(api: Api) -> None:
    """As it would be if it were submitted."""
    rules = parse_rules("commands: deny\nlimits: {parallelism: 2}")
    answer = validate(api.with_services(policy=Policy(lambda: rules)), parallelism=3)
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {"command", "parallelism"}


def test_the_first_proposals_are_shown(api: Api) -> None:
    """Five of them, of the seed that is told."""

    def preview(spec: TrialSpec, count: int) -> Sequence[JsonObject]:
        return [{"x": number, "seed": spec.algorithm.seed} for number in range(count)]

    told = validate(api.with_services(preview=preview)).json()
    assert [each["x"] for each in told["proposals"]] == [0, 1, 2, 3, 4]
    assert {each["seed"] for each in told["proposals"]} == {told["spec"]["algorithm"]["seed"]}


def test_an_optimizer_that_fails_is_a_note(api: Api) -> None:
    """The document is valid all the same."""

    def preview(_spec: TrialSpec, _count: int) -> Sequence[JsonObject]:
        raise HyperdockError("it cannot")

    told = validate(api.with_services(preview=preview)).json()
    assert (told["valid"], told["proposals"]) == (True, [])
    assert any(note.endswith("are not known: it cannot") for note in told["notes"])


def test_previews_that_take_long_keep_out_nobody_else(api: Api) -> None:
    """More than some at once are not even begun: the answer says so, at once."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def preview(_spec: TrialSpec, _count: int) -> Sequence[JsonObject]:
        begun.release()
        assert go_on.wait(DEADLINE)
        return [{}]

    slow = api.with_services(preview=preview)
    with ThreadPoolExecutor(8) as pool, _set_at_last(go_on):
        waiting = [pool.submit(validate, slow) for _ in range(8)]
        assert all(begun.acquire(timeout=DEADLINE) for _ in waiting)
        told = validate(slow).json()
        assert told["proposals"] == []
        assert any("too many others" in note for note in told["notes"])
        go_on.set()
        assert [each.result().json()["proposals"] for each in waiting] == [[{}]] * 8
    assert validate(slow).json()["proposals"] == [{}]


@contextmanager
def _set_at_last(event: threading.Event) -> Iterator[None]:
    try:
        yield
    finally:
        event.set()


def test_a_trial_that_would_wait_for_a_worker_is_told_so(api: Api) -> None:
    """But one that programs of the user's own evaluate waits for no worker."""
    note = "no worker of pool 'default' runs local processes"
    assert any(note in each for each in validate(api).json()["notes"])
    own = {**DOCUMENT, "external": True}
    del own["command"]
    assert "no worker" not in api.post("/trials/validate", json=own).text


def test_a_budget_beyond_the_space_is_told(api: Api) -> None:
    """The same params would be run again."""
    fields = {"space": {"x": ["a", "b"]}, "algorithm": "random", "budget": {"jobs": 10}}
    notes = validate(api, **fields).json()["notes"]
    assert any("only 2 different params" in each for each in notes)
    grid = validate(api, space={"x": ["a", "b"]}, algorithm="grid").json()["notes"]
    assert not any("different params" in each for each in grid)
