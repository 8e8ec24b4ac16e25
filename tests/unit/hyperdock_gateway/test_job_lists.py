"""Lists of jobs over the API: of one trial by whatever they are, and of all trials."""

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.adapters import page_documents
from hyperdock_common.events import Failed, JobProposed, JobRetracted, Outcome
from hyperdock_common.json_types import JsonObject
from hyperdock_gateway import job_lists

SPACE = {
    "x": {"type": "float", "low": 0, "high": 1},
    "kind": ["adam", "sgd, plain"],
    "model": {"depth": {"type": "int", "low": 1, "high": 9}},
    r"a\.b": ["x,y", "z"],
    "warm": {"values": [True, False], "type": "choice"},
    "rest": {"type": "float", "low": 0, "high": 1, "when": {"kind": "adam"}},
}
PARAMS: tuple[JsonObject, ...] = (
    {"x": 0.5, "kind": "adam", "model": {"depth": 9}, "a.b": "x,y", "warm": True, "rest": 1},
    {"x": 0.25, "kind": "sgd, plain", "model": {"depth": 2}, "a.b": "z", "warm": False},
    {"x": 1, "kind": "adam", "model": {"depth": 5}, "a.b": "z", "warm": True, "rest": 0.5},
)


def fill(world: World) -> str:
    """A trial with four jobs: losses 3, 1, 2 and a failure."""
    trial_id = world.add_trial()
    ends: list[Outcome | float] = [3.0, 1.0, 2.0, Failed(reason="exit_code")]
    for number, end in enumerate(ends, 1):
        world.end_job(world.add_job(trial_id, number), end)
    return trial_id


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("order=desc", [4, 3, 2, 1]),
        ("sort=loss", [2, 3, 1]),
        ("sort=loss&order=desc", [1, 3, 2]),
        ("state=failed", [4]),
        ("state=succeeded&sort=loss&limit=1", [2]),
        ("sort=finished_at&state=pending", []),
        ("worker_id=w", []),
        ("origin=optimizer&state=failed", [4]),
        ("origin=retry", []),
    ],
)
def test_jobs_are_listed_as_asked(api: Api, world: World, query: str, numbers: list[int]) -> None:
    """Jobs are filtered by state and sorted by number, loss or end; what has none is left out."""
    trial_id = fill(world)
    items = api.get(f"/trials/{trial_id}/jobs?{query}").json()["items"]
    assert [each["number"] for each in items] == numbers


def test_a_job_is_the_same_in_a_list_as_by_itself(api: Api, world: World) -> None:
    """Whatever became of it: also what is not known yet of its attempts is said."""
    trial_id = world.add_trial()
    ended = world.add_job(trial_id, 1, claimed=True)
    world.end_job(ended, 0.5)
    world.add_job(trial_id, 2, claimed=True)
    world.add_job(trial_id, 3)
    items = api.get(f"/trials/{trial_id}/jobs").json()["items"]
    assert items == [api.get(f"/jobs/{each['job_id']}").json() for each in items]
    assert [each["attempts"][0]["runner"] for each in items[:2]] == [None, None]
    assert items[1]["attempts"][0]["exit"] is None


def test_jobs_come_in_pages(api: Api, world: World) -> None:
    """The cursor leads to the rest."""
    trial_id = fill(world)
    first = api.get(f"/trials/{trial_id}/jobs?limit=3").json()
    rest = api.get(f"/trials/{trial_id}/jobs?limit=3&cursor={first['next_cursor']}").json()
    assert [each["number"] for each in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", ["sort=params", "order=up", "state=lost", "limit=-1", "cursor=x"])
def test_bad_questions_about_jobs_are_refused(api: Api, world: World, query: str) -> None:
    """A wrong value is a 400 that names its parameter."""
    trial_id = fill(world)
    answer = api.get(f"/trials/{trial_id}/jobs?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def fill_with_params(world: World) -> str:
    """A trial with three jobs of a rich space; their losses are 1, 2 and 3."""
    trial_id = world.add_trial(space=SPACE)
    for number, params in enumerate(PARAMS, 1):
        job_id = f"{trial_id}.{number}"
        proposal = JobProposed(trial_id=trial_id, job_id=job_id, number=number, params=params)
        world.publish(proposal)
        world.end_job(job_id, float(number))
    return trial_id


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"loss_min": "2"}, [2, 3]),
        ({"loss_max": "2"}, [1, 2]),
        ({"loss_min": "1.5", "loss_max": "2.5"}, [2]),
        ({"loss_min": "3", "loss_max": "1"}, []),
        ({"params": "x>=0.5"}, [1, 3]),
        ({"params": "x<1e0"}, [1, 2]),
        ({"params": "x=1"}, [3]),
        ({"params": "model.depth<=5, x > 0.25"}, [3]),
        ({"params": "kind=adam"}, [1, 3]),
        ({"params": 'kind="sgd, plain"'}, [2]),
        ({"params": '"a.b"="x,y"'}, [1]),
        ({"params": r"a\.b!=z"}, [1]),
        ({"params": "warm=true"}, [1, 3]),
        ({"params": "warm!=true"}, [2]),
        ({"params": "rest=null"}, [2]),
        ({"params": "rest>0"}, [1, 3]),
        ({"params": 'x="0.5"'}, []),
        ({"params": "kind=adam", "loss_min": "2", "state": "succeeded"}, [3]),
        ({"sort": "params.x"}, [2, 1, 3]),
        ({"sort": "params.model.depth", "order": "desc"}, [1, 3, 2]),
        ({"sort": r"params.a\.b"}, [1, 2, 3]),
        ({"sort": "params.rest"}, [3, 1]),
        ({"sort": "params.x", "params": "kind=adam"}, [1, 3]),
    ],
)
def test_jobs_are_found_by_loss_and_params(
    api: Api, world: World, query: dict[str, str], numbers: list[int]
) -> None:
    """Conditions on losses and params all hold; params sort too, and missing ones leave out."""
    answer = api.get(f"/trials/{fill_with_params(world)}/jobs", params=query)
    assert answer.status_code == 200
    assert [each["number"] for each in answer.json()["items"]] == numbers


def test_retracted_losses_are_not_found(api: Api, world: World) -> None:
    """What was retracted has no loss any more."""
    trial_id = fill_with_params(world)
    world.publish(JobRetracted(trial_id=trial_id, job_id=f"{trial_id}.2", reason=""))
    items = api.get(f"/trials/{trial_id}/jobs?loss_min=0").json()["items"]
    assert [each["number"] for each in items] == [1, 3]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"params": "x>>1"}, "at character 3: there should be a number or a text"),
        ({"params": "x=1,,"}, "at character 5: there should be the name of a parameter"),
        ({"params": "model.dept<3"}, "no parameter model.dept; it has x, kind, model.depth"),
        ({"params": "model=3"}, "no parameter model;"),
        ({"params": '"model.depth"=3'}, r"no parameter model\.depth;"),
        ({"params": ""}, "at character 1:"),
        ({"params": "x=1," * 600 + "x=1"}, "at most 2000 characters"),
        ({"sort": "params.lr"}, "no parameter lr; it has x, kind"),
        ({"sort": "params."}, "must be one of number, loss, finished_at, or params.<name>"),
        ({"sort": "params.x\\y"}, "must be one of"),
        ({"sort": "state"}, "must be one of"),
        ({"loss_min": "low"}, "must be a number"),
    ],
)
def test_wrong_questions_are_told_where_they_are_wrong(
    api: Api, world: World, query: dict[str, str], problem: str
) -> None:
    """A 400 names the parameter, the place in it, and what there is instead."""
    answer = api.get(f"/trials/{fill_with_params(world)}/jobs", params=query)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == next(iter(query))
    assert problem in error["problem"]


def test_filtered_jobs_come_in_pages(api: Api, world: World) -> None:
    """The cursor goes on with the same conditions, and belongs to them alone."""
    trial_id = fill_with_params(world)
    query = {"params": "kind=adam", "sort": "params.x", "limit": "1"}
    first = api.get(f"/trials/{trial_id}/jobs", params=query).json()
    more = {**query, "cursor": first["next_cursor"]}
    second = api.get(f"/trials/{trial_id}/jobs", params=more).json()
    assert [each["number"] for each in first["items"] + second["items"]] == [1, 3]
    other = api.get(f"/trials/{trial_id}/jobs", params={**more, "params": "kind=sgd"})
    assert other.json()["errors"][0]["field"] == "cursor"


def test_rare_jobs_are_found_at_once(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is filled though the store looks at few jobs at once, until it takes too long."""
    monkeypatch.setattr(page_documents, "MOST_LOOKED_AT", 5)
    trial_id = world.add_trial()
    for number in range(1, 41):
        world.add_job(trial_id, number)
    query = {"params": "x>=3", "limit": "5"}
    page = api.get(f"/trials/{trial_id}/jobs", params=query).json()
    assert [each["number"] for each in page["items"]] == [30, 31, 32, 33, 34]
    monkeypatch.setattr(job_lists, "MOMENT", -1.0)
    numbers, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/trials/{trial_id}/jobs", params=query).json()
        numbers += [each["number"] for each in page["items"]]
        cursor = page["next_cursor"]
        query["cursor"] = cursor
    assert numbers == list(range(30, 41))


@pytest.mark.parametrize(
    ("query", "jobs"),
    [
        ("order=asc", ["a-1.1", "a-1.2", "b-2.1"]),
        ("", ["b-2.1", "a-1.2", "a-1.1"]),
        ("trial_id=a-1", ["a-1.2", "a-1.1"]),
        ("trial_id=c-3", []),
        ("state=succeeded&order=asc", ["a-1.1", "b-2.1"]),
        ("state=running", ["a-1.2"]),
        ("worker_id=w", ["a-1.2"]),
        ("worker_id=w&state=succeeded", []),
        ("trial_id=a-1&state=succeeded", ["a-1.1"]),
        ("sort=finished_at&order=asc", ["a-1.1", "b-2.1"]),
        ("sort=finished_at&trial_id=b-2", ["b-2.1"]),
        ("sort=finished_at&state=succeeded&order=asc", ["a-1.1", "b-2.1"]),
        ("sort=finished_at&worker_id=w", []),
    ],
)
def test_jobs_of_all_trials_are_listed(api: Api, world: World, query: str, jobs: list[str]) -> None:
    """Newest first unless asked otherwise, of one trial, state or worker if asked for."""
    world.add_trial("a-1")
    world.add_trial("b-2")
    world.end_job(world.add_job("a-1", 1), 1.0)
    world.add_job("a-1", 2, claimed=True)
    world.end_job(world.add_job("b-2", 1), 2.0)
    page = api.get(f"/jobs?{query}").json()
    assert [each["job_id"] for each in page["items"]] == jobs
    assert page["position"] == world.log.head()


def test_bad_questions_about_all_jobs_are_refused(api: Api) -> None:
    """A wrong value is a 400 that names its parameter."""
    for query in ("sort=number", "state=lost", "order=up", "loss_min=1"):
        answer = api.get(f"/jobs?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == query.partition("=")[0]
