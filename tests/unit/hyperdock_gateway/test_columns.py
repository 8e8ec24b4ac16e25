"""A trial's jobs as columns over the API."""

from itertools import pairwise
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.test_job_lists import PARAMS, SPACE
from tests.unit.hyperdock_gateway.world import NOW, Api, World

from hyperdock_common.events import (
    AttemptLost,
    Failed,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    Succeeded,
)
from hyperdock_gateway import columns

OF_JOBS = (
    *("number", "state", "loss", "origin", "attempt"),
    *("proposed_at", "started_at", "finished_at", "reason"),
)


@pytest.fixture
def busy(world: World) -> str:
    """A trial with a job of each kind: succeeded, lost and waiting, failed, retracted, open."""
    trial_id = world.add_trial()
    world.add_worker("w")
    world.add_worker("v")
    for number in range(1, 6):
        world.add_job(trial_id, number)
    for number, worker_id, slot in ((1, "w", 1), (2, "v", 0), (3, "v", 3)):
        names: Any = {"trial_id": trial_id, "job_id": f"{trial_id}.{number}", "attempt": 1}
        world.publish(JobClaimed(**names, worker_id=worker_id, slot=slot))
        world.publish(JobStarted(**names, worker_id=worker_id, runner={}))
    end(world, trial_id, 1, accuracy=0.5, text="t", right=True, epochs=3)
    lost: Any = {"trial_id": trial_id, "job_id": f"{trial_id}.2", "worker_id": "v"}
    world.publish(AttemptLost(**lost, attempt=1, reason="worker-lost"))
    world.end_job(f"{trial_id}.3", Failed(reason="exit_code", message="it ended with 1"))
    end(world, trial_id, 4, accuracy="high", f1=0.25)
    world.publish(JobRetracted(trial_id=trial_id, job_id=f"{trial_id}.4"))
    return trial_id


def end(world: World, trial_id: str, number: int, **metrics: Any) -> None:
    """A job ends well, with these metrics."""
    job_id, outcome = f"{trial_id}.{number}", Succeeded(loss=float(number))
    named: Any = {"trial_id": trial_id, "job_id": job_id, "attempt": 1, "worker_id": None}
    world.publish(JobFinished(**named, outcome=outcome, metrics=metrics))


def test_columns_tell_the_same_as_the_jobs(api: Api, world: World, busy: str) -> None:
    """Field by field, in the order of the numbers."""
    answer = api.get(f"/trials/{busy}/columns")
    body = answer.json()
    jobs = api.get(f"/trials/{busy}/jobs").json()["items"]
    assert {name: body[name] for name in OF_JOBS} == {
        name: [job[name] for job in jobs] for name in OF_JOBS
    }
    assert body["state"] == ["succeeded", "pending", "failed", "succeeded", "pending"]
    assert body["loss"] == [1.0, None, None, None, None]
    assert body["finished_at"] == [NOW, None, NOW, NOW, None]
    assert body["retracted"] == [False, False, False, True, False]
    assert (body["trial_id"], body["proposed"]) == (busy, 5)
    assert body["position"] == world.log.head()
    assert answer.headers["hyperdock-position"] == str(body["position"])


def test_workers_and_slots_are_those_of_the_attempt(api: Api, busy: str) -> None:
    """Each worker is named once; a lost one has nothing to do with the job any more."""
    body = api.get(f"/trials/{busy}/columns").json()
    assert body["workers"] == ["w", "v"]
    assert body["worker"] == [0, None, 1, None, None]
    assert body["slot"] == [1, None, 3, None, None]


def test_metrics_are_the_numbers_of_results(api: Api, busy: str) -> None:
    """By the names that came first; texts and truth values are none."""
    assert api.get(f"/trials/{busy}/columns").json()["metrics"] == {
        "accuracy": [0.5, None, None, None, None],
        "epochs": [3, None, None, None, None],
        "f1": [None, None, None, 0.25, None],
    }


def test_only_so_many_metrics_are_shown(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Targets may call each of theirs something new."""
    monkeypatch.setattr(columns, "MOST_METRICS", 3)
    trial_id = world.add_trial()
    for number in (1, 2, 3):
        world.add_job(trial_id, number)
        end(world, trial_id, number, **{f"m{number}": 1.0, f"n{number}": 2.0})
    body = api.get(f"/trials/{trial_id}/columns").json()
    assert body["metrics"] == {"m1": [1, None, None], "n1": [2, None, None], "m2": [None, 1, None]}


def test_params_are_told_by_their_names(api: Api, world: World) -> None:
    """One list a parameter of the space, nested ones and odd names too; null where it is not."""
    trial_id = world.add_trial(space=SPACE)
    for number, params in enumerate(PARAMS, 1):
        job_id = f"{trial_id}.{number}"
        world.publish(JobProposed(trial_id=trial_id, job_id=job_id, number=number, params=params))
    told = api.get(f"/trials/{trial_id}/columns").json()["params"]
    assert told == {
        "x": [0.5, 0.25, 1],
        "kind": ["adam", "sgd, plain", "adam"],
        "model.depth": [9, 2, 5],
        r"a\.b": ["x,y", "z", "z"],
        "warm": [True, False, True],
        "rest": [1, None, 0.5],
    }
    assert list(told) == ["x", "kind", "model.depth", r"a\.b", "warm", "rest"]


def test_a_group_that_is_no_object_breaks_nothing() -> None:
    """What a union's other alternative puts there."""
    assert columns._values([{"a": {"b": 1}}, {"a": 2}, {}, {"a": {"b": None}}], "a.b") == [
        *(1, None),
        *(None, None),
    ]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("from=2&to=3", [2, 3]),
        ("from=4", [4, 5]),
        ("to=1", [1]),
        ("from=5&to=5", [5]),
        ("from=6", []),
        ("from=9999999999", []),
        ("from=3&to=10002", [3, 4, 5]),
    ],
)
def test_a_range_of_numbers_is_shown(api: Api, busy: str, query: str, numbers: list[int]) -> None:
    """Both ends are in it; what is not there yet is left out, and all lists are as long."""
    body = api.get(f"/trials/{busy}/columns?{query}").json()
    assert (body["number"], body["proposed"]) == (numbers, 5)
    lists = [each for name, each in body.items() if name != "workers" and isinstance(each, list)]
    lists += [*body["params"].values(), *body["metrics"].values()]
    assert {len(each) for each in lists} == {len(numbers)}


def test_pages_follow_each_other(api: Api, busy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an end so many numbers come at once."""
    monkeypatch.setattr(columns, "NUMBERS", 2)
    pages = [api.get(f"/trials/{busy}/columns?from={first}").json() for first in (1, 3, 5)]
    assert [each["number"] for each in pages] == [[1, 2], [3, 4], [5]]
    assert all(one["position"] <= other["position"] for one, other in pairwise(pages))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=0", "from"),
        ("from=1.5", "from"),
        ("from=10000000000", "from"),
        ("to=0", "to"),
        ("from=3&to=2", "to"),
        ("to=10001", "to"),
        ("from=5&to=10005", "to"),
        ("from_=1", "from_"),
    ],
)
def test_wrong_ranges_are_refused(api: Api, busy: str, query: str, field: str) -> None:
    """By the name of the parameter; far too many numbers, too."""
    answer = api.get(f"/trials/{busy}/columns?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_columns_of_nothing_are_404(api: Api) -> None:
    """There is no such trial."""
    assert api.get("/trials/none-000000/columns").status_code == 404


def test_columns_that_are_known_are_not_sent_again(api: Api, world: World, busy: str) -> None:
    """Until something happens."""
    path = f"/trials/{busy}/columns"
    tag = {"if-none-match": api.get(path).headers["etag"]}
    assert api.get(path, headers=tag).status_code == 304
    world.end_job(f"{busy}.5", 0.5)
    changed = api.get(path, headers=tag)
    assert (changed.status_code, changed.json()["loss"][4]) == (200, 0.5)


class OneBehind:
    """Views of which the one of trials has not come as far as the others."""

    def __init__(self, world: World) -> None:
        self.get = world.views.get
        self.texts = world.views.texts
        self._views = world.views

    def position(self, view: str) -> int:
        """See `ViewStore.position`."""
        return self._views.position(view) - (view == "trials")


def test_the_position_holds_for_all_that_is_told(api: Api, world: World, busy: str) -> None:
    """How many jobs there are is told by another view than what they are."""
    behind = api.with_services(views=OneBehind(world)).get(f"/trials/{busy}/columns")
    head = world.log.head()
    assert (behind.json()["position"], behind.headers["hyperdock-position"]) == (
        head - 1,
        str(head - 1),
    )
