"""Submitting, listing, showing and steering trials over the API."""

import json
import re
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import DOCUMENT, NOW, Api, World

from hyperdock_common.errors import BusUnavailable
from hyperdock_common.events import (
    JobFinished,
    JobProposed,
    JobRetracted,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialFinished,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.spec import dump_trial, parse_trial, seeded

YAML = "name: y\ncommand: ['true']\nspace:\n  x: {type: float, low: 0, high: 1}\n"


def test_submit_answers_with_the_trial(api: Api) -> None:
    """A submitted trial is there when the answer comes, under the address that it names."""
    answer = api.post("/trials", json=DOCUMENT)
    assert answer.status_code == 201
    trial = answer.json()
    assert re.fullmatch(r"tune-it-[a-z2-7]{6}", trial["trial_id"])
    assert answer.headers["location"] == f"/api/v1/trials/{trial['trial_id']}"
    assert trial["state"] == "running"
    assert trial["location"].endswith(f"results/{trial['trial_id']}")
    assert api.call("GET", answer.headers["location"]).json() == trial


def test_submit_records_one_event_with_a_seed(api: Api, world: World) -> None:
    """The recorded submission is complete: seed, clock, producer, a chain of its own."""
    trial_id = api.post("/trials", json=DOCUMENT).json()["trial_id"]
    (record,) = world.log.read(0)
    event: Any = record.event
    assert isinstance(event, TrialSubmitted)
    assert event.trial_id == trial_id
    assert 0 <= event.spec["algorithm"]["seed"] < 2**32  # type: ignore[index,operator,call-overload]
    envelope = record.envelope
    assert (envelope.occurred_at, envelope.producer) == (NOW, "gateway")
    assert envelope.correlation_id == envelope.event_id
    assert envelope.stream == f"trial-{trial_id}"


def test_submit_keeps_a_seed_that_was_given(api: Api) -> None:
    """A seed in the document is not replaced."""
    document = DOCUMENT | {"algorithm": {"name": "random", "seed": 5}}
    assert api.post("/trials", json=document).json()["seed"] == 5


def test_submit_takes_yaml(api: Api) -> None:
    """The same document as YAML is accepted too."""
    answer = api.post("/trials", content=YAML, headers={"content-type": "application/yaml"})
    assert answer.status_code == 201
    assert answer.json()["name"] == "y"


def test_invalid_trial_names_each_field_and_leaves_no_trace(api: Api, world: World) -> None:
    """Every field at fault is named, and nothing is recorded."""
    answer = api.post("/trials", json=DOCUMENT | {"parallelism": 0, "space": {}})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422
    assert {each["field"].partition(".")[0] for each in problem["errors"]} == {
        "space",
        "parallelism",
    }
    assert world.log.head() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        json.dumps(DOCUMENT).replace("Tune", "\\ud800").encode(),
        json.dumps(DOCUMENT | {"environment": {"A": "B"}}).replace("B", "\\udfff").encode(),
        json.dumps(DOCUMENT | {"parallelism": float("nan")}).encode(),
        json.dumps(DOCUMENT).replace("1}", f"{'9' * 5000}}}").encode(),
    ],
)
def test_broken_bodies_are_refused_as_invalid(api: Api, world: World, body: bytes) -> None:
    """A body that is no trial document is a 422 and leaves no trace, whatever it is."""
    answer = api.post("/trials", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert world.log.head() == 0


@pytest.mark.parametrize(
    "media", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_other_content_types_are_refused(api: Api, world: World, media: str) -> None:
    """What a web form can send is not accepted as a trial."""
    content = json.dumps(DOCUMENT)
    answer = api.post("/trials", content=content, headers={"content-type": media})
    assert answer.status_code == 415
    assert "application/json" in answer.headers["accept-post"]
    assert world.log.head() == 0


def test_submit_is_503_while_the_bus_cannot_take_it(api: Api) -> None:
    """A bus that does not confirm makes submitting a problem that says when to come back."""

    class BrokenBus:
        def publish(self, _batch: object, _timeout: float) -> None:
            raise BusUnavailable("not confirmed in time")

    answer = api.with_services(bus=BrokenBus()).post("/trials", json=DOCUMENT)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_submit_is_202_where_the_view_takes_its_time(api: Api) -> None:
    """A submission that is handed over but not yet seen is accepted, with its address."""

    class SilentBus:
        def publish(self, _batch: object, _timeout: float) -> None:
            pass

    answer = api.with_services(bus=SilentBus(), patience=0.02).post("/trials", json=DOCUMENT)
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/trials/{answer.json()['trial_id']}"


def test_trials_are_listed_newest_first_in_pages(api: Api, world: World) -> None:
    """Pages follow each other by the cursor and hold each trial once."""
    ids = [world.add_trial(f"t-{n}") for n in range(5)]
    first = api.get("/trials?limit=3").json()
    second = api.get(f"/trials?limit=3&cursor={first['next_cursor']}").json()
    listed = [each["trial_id"] for each in first["items"] + second["items"]]
    assert sorted(listed) == ids
    assert second["next_cursor"] is None
    assert first["position"] == 5


def test_trials_can_be_filtered_by_state(api: Api, world: World) -> None:
    """Only the trials in the state that was asked for are listed."""
    world.add_trial("a-1")
    world.add_trial("b-2")
    world.publish(TrialStopRequested(trial_id="a-1", end="stopped", reason="user"))
    items = api.get("/trials?state=stopping").json()["items"]
    assert [each["trial_id"] for each in items] == ["a-1"]


def test_archived_trials_are_listed_when_asked_for(api: Api, world: World) -> None:
    """What was put away is not listed, unless it is asked for."""
    for trial_id in ("a-1", "b-2"):
        world.add_trial(trial_id)
    world.publish(TrialArchived(trial_id="a-1", archived=True))
    found = {
        asked: {each["trial_id"] for each in api.get(f"/trials{asked}").json()["items"]}
        for asked in ("", "?archived=false", "?archived=true", "?archived=any")
    }
    assert found == {
        "": {"b-2"},
        "?archived=false": {"b-2"},
        "?archived=true": {"a-1"},
        "?archived=any": {"a-1", "b-2"},
    }


def test_trials_are_sorted_as_asked(api: Api, world: World) -> None:
    """Trials come by name where that is asked for, either way round."""
    for name in ("b", "a", "c"):
        world.add_trial(f"t-{name}", name=name)
    for order, expected in (("asc", "abc"), ("desc", "cba")):
        items = api.get(f"/trials?sort=name&order={order}").json()["items"]
        assert "".join(each["name"] for each in items) == expected


def test_notes_stand_with_the_trial_and_not_in_lists(api: Api, world: World) -> None:
    """Notes may be long: one trial shows them, a list of trials does not."""
    trial_id = world.add_trial(notes="first", tags=["a"])
    assert api.get(f"/trials/{trial_id}").json()["notes"] == "first"
    world.publish(TrialAnnotated(trial_id=trial_id, notes="second"))
    assert api.get(f"/trials/{trial_id}").json()["notes"] == "second"
    (listed,) = api.get("/trials").json()["items"]
    assert "notes" not in listed
    assert listed["tags"] == ["a"]
    assert api.get(f"/trials/{world.add_trial('other-bbbbbb')}").json()["notes"] == ""


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, 1), (39, 39), (40, 40), (41, 40), (150, 40)]
)
def test_lists_show_some_improvements(api: Api, world: World, count: int, shown: int) -> None:
    """Enough to draw them, the first and the newest always; the trial itself shows all."""
    trial_id = world.add_trial()
    ids = [f"{trial_id}.{number}" for number in range(1, count + 1)]
    named: Any = {"trial_id": trial_id}
    world.publish(
        *(
            JobProposed(**named, job_id=job_id, number=number, params={"x": 0.5})
            for number, job_id in enumerate(ids, 1)
        )
    )
    world.publish(
        *(
            JobFinished(
                **named,
                job_id=job_id,
                attempt=1,
                worker_id=None,
                outcome=Succeeded(loss=float(-number)),
            )
            for number, job_id in enumerate(ids, 1)
        )
    )
    (listed,) = api.get("/trials").json()["items"]
    whole = api.get(f"/trials/{trial_id}").json()["improvements"]
    numbers = [each["number"] for each in listed["improvements"]]
    assert [each["number"] for each in whole] == list(range(1, count + 1))
    assert (len(numbers), numbers) == (shown, sorted(set(numbers)))
    assert numbers[:1] + numbers[-1:] == [each["number"] for each in whole[:1] + whole[-1:]]
    assert all(each in whole for each in listed["improvements"])


def test_the_best_is_never_a_retracted_one(api: Api, world: World) -> None:
    """Where the best result was retracted the best of the others is shown, in full."""
    trial_id = world.add_trial()
    for number, loss in ((1, 1.0), (2, 3.0), (3, 2.0)):
        world.end_job(world.add_job(trial_id, number), loss)
    assert api.get(f"/trials/{trial_id}").json()["best"]["number"] == 1
    world.publish(JobRetracted(trial_id=trial_id, job_id=f"{trial_id}.1"))
    best = api.get(f"/trials/{trial_id}").json()["best"]
    assert best == {
        "job_id": f"{trial_id}.3",
        "number": 3,
        "loss": 2.0,
        "params": {"x": 0.3},
        "at": NOW,
    }
    for number in (2, 3):
        world.publish(JobRetracted(trial_id=trial_id, job_id=f"{trial_id}.{number}"))
    assert api.get(f"/trials/{trial_id}").json()["best"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1e2", "limit"),
        ("limit=%D9%A1", "limit"),
        ("state=done", "state"),
        ("cursor=nonsense", "cursor"),
        ("cursor=" + "a" * 600, "cursor"),
        ("page=2", "page"),
    ],
)
def test_bad_query_parameters_are_named(api: Api, query: str, field: str) -> None:
    """A wrong or unknown query parameter is a 400 that names it."""
    answer = api.get(f"/trials?{query}")
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_parameters_given_twice_are_refused(api: Api) -> None:
    """Nobody has to guess which of two values counts."""
    assert api.get("/trials?limit=1&limit=2").status_code == 400


def test_cursor_of_another_query_is_refused(api: Api, world: World) -> None:
    """A cursor belongs to its query."""
    for number in range(2):
        world.add_trial(f"t-{number}")
    cursor = api.get("/trials?limit=1").json()["next_cursor"]
    assert api.get(f"/trials?state=running&cursor={cursor}").status_code == 400


def test_running_jobs_replace_the_live_field(api: Api, world: World) -> None:
    """A trial names its open jobs with their state and since when, running ones first."""
    trial_id = world.add_trial()
    world.add_job(trial_id, 1)
    world.add_job(trial_id, 2, claimed=True)
    trial = api.get(f"/trials/{trial_id}").json()
    assert "live" not in trial
    assert trial["running"] == [
        {
            "job_id": f"{trial_id}.2",
            "number": 2,
            "state": "running",
            "params": {"x": 0.2},
            "since": NOW,
        },
        {
            "job_id": f"{trial_id}.1",
            "number": 1,
            "state": "pending",
            "params": {"x": 0.1},
            "since": NOW,
        },
    ]


def test_spec_is_shown_in_full(api: Api, world: World) -> None:
    """The spec has every field, also those that were not given."""
    trial_id = world.add_trial()
    spec = api.get(f"/trials/{trial_id}/spec").json()
    assert spec["name"] == DOCUMENT["name"]
    assert spec["retries"] == 3


def test_spec_of_an_earlier_release_is_shown_with_todays_fields(api: Api, world: World) -> None:
    """A spec that was recorded before a field was thought of is shown with its default."""
    spec = dump_trial(seeded(parse_trial(DOCUMENT), 7))
    old = {name: each for name, each in spec.items() if name not in {"external", "tags", "points"}}
    world.publish(TrialSubmitted(trial_id="old-aaaaaa", spec=old))
    assert api.get("/trials/old-aaaaaa/spec").json() == spec


@pytest.mark.parametrize("trial_id", ["nothing", "%2e%2e", "a b", "%00", "x" * 200, "%E2%98%83"])
def test_unknown_trials_are_404(api: Api, trial_id: str) -> None:
    """Whatever is asked about a trial that is not there, the answer is a 404 problem."""
    for path in ("", "/spec", "/jobs"):
        answer = api.get(f"/trials/{trial_id}{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    for action in ("stop", "pause", "resume"):
        assert api.post(f"/trials/{trial_id}/{action}").status_code == 404


def test_steering_shows_its_own_effect(api: Api, world: World) -> None:
    """Pause, resume and stop answer with the trial as it is after them."""
    trial_id = world.add_trial()
    states = [
        api.post(f"/trials/{trial_id}/{action}").json()["state"]
        for action in ("pause", "resume", "stop")
    ]
    assert states == ["paused", "running", "stopping"]


def test_steering_twice_changes_nothing(api: Api, world: World) -> None:
    """What a trial is already in is answered with 200 and no second event."""
    trial_id = world.add_trial()
    assert api.post(f"/trials/{trial_id}/resume").status_code == 200
    assert world.log.head() == 1
    for action in ("pause", "stop"):
        assert api.post(f"/trials/{trial_id}/{action}").status_code == 200
        head = world.log.head()
        assert api.post(f"/trials/{trial_id}/{action}").status_code == 200
        assert world.log.head() == head


@pytest.mark.parametrize("action", ["stop", "pause", "resume"])
def test_steering_an_ended_trial_is_a_conflict(api: Api, world: World, action: str) -> None:
    """An ended trial cannot be steered, and the answer says why."""
    trial_id = world.add_trial()
    world.publish(TrialFinished(trial_id=trial_id, end="completed", reason="jobs"))
    answer = api.post(f"/trials/{trial_id}/{action}")
    assert answer.status_code == 409
    assert "has ended already (completed)" in answer.json()["detail"]


def test_steering_is_202_where_the_view_takes_its_time(api: Api, world: World) -> None:
    """A request that is handed over but not yet seen is accepted, with the trial as it is."""

    class SilentBus:
        def publish(self, _batch: object, _timeout: float) -> None:
            pass

    trial_id = world.add_trial()
    slow = api.with_services(bus=SilentBus(), patience=0.02)
    answer = slow.post(f"/trials/{trial_id}/pause")
    assert (answer.status_code, answer.json()["state"]) == (202, "running")
