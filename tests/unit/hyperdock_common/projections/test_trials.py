"""The trials view: what each event makes of a trial's document."""

from dataclasses import replace
from typing import Any

import pytest

from hyperdock_common.events import (
    Cancelled,
    Event,
    Failed,
    JobProposed,
    JobRetracted,
    JobStopRequested,
    MetricReported,
    Outcome,
    Point,
    PointsAdded,
    Pruned,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerLeft,
)
from hyperdock_common.projections import trials
from hyperdock_common.spec import dump_trial, parse_trial
from hyperdock_common.testing.builders import (
    attempt_lost,
    claimed,
    finished,
    heartbeat,
    proposed,
    recorded,
    registered,
    started,
)

DOCUMENT = {
    "name": "tune",
    "image": "tune:1",
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "algorithm": {"name": "random", "seed": 7},
    "parallelism": 2,
}
STOP = TrialStopRequested(trial_id="t1", end="completed", reason="wall_time", message="60 s")
END = TrialFinished(trial_id="t1", end="completed", reason="jobs", message="all done")


def submitted(**changes: Any) -> TrialSubmitted:
    """A trial."""
    spec = dump_trial(parse_trial({**DOCUMENT, **changes}))
    return TrialSubmitted(trial_id="t1", spec=spec)


def shown(*events: Event, **changes: Any) -> Any:
    """The trial's document after its submission at second 100 and these events, a second apart."""
    doc: Any = None
    for second, event in enumerate([submitted(**changes), *events], 100):
        (record,) = recorded([event], at=float(second))
        assert trials.keys(event) == ("t1",)
        doc = trials.fold(doc, record)
    return doc


def counts(doc: Any) -> dict[str, int]:
    """The counts of jobs that are not 0."""
    return {name: count for name, count in doc["jobs"].items() if count}


def test_a_submitted_trial_is_shown_with_what_people_ask_for() -> None:
    """Without its space, which may be large and never changes."""
    doc = shown()
    assert "space" not in doc
    assert (doc["trial_id"], doc["name"], doc["state"]) == ("t1", "tune", "running")
    assert (doc["image"], doc["command"], doc["objective"]) == ("tune:1", None, "minimize")
    assert (doc["algorithm"], doc["seed"], doc["parallelism"]) == ("random", 7, 2)
    assert doc["budget"]["jobs"] == 100
    assert (doc["submitted_at"], doc["started_at"], doc["finished_at"]) == (100.0, None, None)
    assert (doc["best"], doc["improvements"], doc["live"], counts(doc)) == (None, [], {}, {})


def test_states_follow_the_trials_events() -> None:
    """With the reason, as soon as there is one."""
    assert shown(TrialPaused(trial_id="t1"))["state"] == "paused"
    assert shown(TrialPaused(trial_id="t1"), TrialResumed(trial_id="t1"))["state"] == "running"
    stopping = shown(STOP)
    assert (stopping["state"], stopping["reason"], stopping["message"]) == (
        "stopping",
        "wall_time",
        "60 s",
    )
    ended = shown(END)
    assert (ended["state"], ended["reason"], ended["message"]) == ("completed", "jobs", "all done")
    assert (ended["finished_at"], ended["updated_at"]) == (101.0, 101.0)


def test_open_jobs_are_shown_until_they_end() -> None:
    """As pending while they wait, as running while somebody has them."""
    doc = shown(proposed(1), proposed(2), claimed(1))
    assert {job_id: job["state"] for job_id, job in doc["live"].items()} == {
        "t1-job-1": "running",
        "t1-job-2": "pending",
    }
    assert doc["live"]["t1-job-2"] == {"state": "pending", "params": {"x": 2.0}, "number": 2}
    assert counts(doc) == {"proposed": 2, "pending": 1, "running": 1}
    done = shown(proposed(1), claimed(1), finished(1))
    assert (done["live"], counts(done)) == ({}, {"proposed": 1, "succeeded": 1})


def test_a_lost_attempt_leaves_the_job_pending() -> None:
    """And is counted."""
    doc = shown(proposed(1), claimed(1), attempt_lost(1))
    assert counts(doc) == {"proposed": 1, "pending": 1, "attempts_lost": 1}


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [
        (Succeeded(loss=1.0), "succeeded"),
        (Failed(reason="exit_code"), "failed"),
        (Pruned(step=3), "pruned"),
        (Cancelled(reason="user"), "cancelled"),
    ],
)
def test_each_way_to_end_is_counted(outcome: Outcome, counted: str) -> None:
    """Only successes can be the best."""
    doc = shown(proposed(1), claimed(1), finished(1, outcome))
    assert counts(doc) == {"proposed": 1, counted: 1}
    assert (doc["best"] is not None) == (counted == "succeeded")


def test_the_time_begins_with_the_first_claim() -> None:
    """A claim at second 0 counts too; later ones do not."""
    doc = shown(proposed(1), claimed(1), proposed(2), claimed(2))
    assert doc["started_at"] == 102.0
    at_zero, later = recorded([claimed(1)], at=0.0), recorded([claimed(1, attempt=2)], at=9.0)
    doc = shown(proposed(1))
    for record in (*at_zero, *later):
        doc = trials.fold(doc, record)
    assert doc["started_at"] == 0.0


@pytest.mark.parametrize(
    ("objective", "losses", "best", "steps"),
    [
        ("minimize", [3.0, 1.0, 2.0, 1.0], 2, [1, 2]),
        ("maximize", [1.0, 3.0, 2.0, 4.0], 4, [1, 2, 4]),
        ("minimize", [-1.0, 0.0], 1, [1]),
    ],
)
def test_the_best_job_and_the_way_to_it_are_shown(
    objective: str, losses: list[float], best: int, steps: list[int]
) -> None:
    """Of equal losses the first remains the best."""
    events: list[Event] = []
    for number, loss in enumerate(losses, 1):
        events += [proposed(number), claimed(number), finished(number, Succeeded(loss=loss))]
    doc = shown(*events, objective=objective)
    assert doc["best"] == {
        "job_id": f"t1-job-{best}",
        "number": best,
        "loss": losses[best - 1],
        "params": {"x": float(best)},
        "at": 100.0 + 3 * best,
    }
    assert [step["number"] for step in doc["improvements"]] == steps


def test_events_that_change_nothing_else_bring_the_time_up() -> None:
    """People see that something happens."""
    metric = MetricReported(
        trial_id="t1", job_id="t1-job-1", attempt=1, worker_id="w1", step=1, values={"loss": 1.0}
    )
    stop = JobStopRequested(trial_id="t1", job_id="t1-job-1", reason="user")
    before = shown(proposed(1), claimed(1))
    events: list[Event] = [started(1), metric, stop]
    for event in events:
        after = shown(proposed(1), claimed(1), event)
        assert after == {**before, "updated_at": 103.0}


def test_a_fold_leaves_the_document_before_as_it_was() -> None:
    """It is pure: the same fold again gives the same."""
    doc = shown(proposed(1), claimed(1))
    copy = {**doc, "live": dict(doc["live"]), "jobs": dict(doc["jobs"])}
    (record,) = recorded([finished(1)])
    assert trials.fold(doc, record) == trials.fold(doc, record)
    assert doc == copy


def test_workers_do_not_concern_trials() -> None:
    """Their events change no document here."""
    for event in (registered(), heartbeat(), WorkerLeft(worker_id="w1")):
        assert trials.keys(event) == ()


def test_no_event_comes_before_the_submission() -> None:
    """A log like that is broken."""
    events: list[Event] = [attempt_lost(1), finished(1)]
    for event in events:
        with pytest.raises(ValueError, match="submission"):
            trials.fold(None, recorded([event])[0])


def test_the_document_of_a_long_trial_stays_small() -> None:
    """However often the best loss improves: the steps are thinned, their ends kept."""
    doc: Any = shown()
    sizes = []
    for number in range(1, 2001):
        job: list[Event] = [
            proposed(number),
            claimed(number),
            finished(number, Succeeded(loss=-float(number))),
        ]
        for record in recorded(job):
            doc = trials.fold(doc, record)
        sizes.append(len(doc["improvements"]))
    steps = [step["number"] for step in doc["improvements"]]
    assert max(sizes) == trials.MOST_IMPROVEMENTS
    assert (steps[0], steps[-1], steps) == (1, 2000, sorted(steps))
    assert len(str(doc)) < 30_000


def test_what_people_change_and_keep_with_a_trial_is_shown() -> None:
    """What an event does not name stays as it was; notes stand in a view of their own."""
    changed = TrialChanged(trial_id="t1", budget={"jobs": 5}, priority=2)
    tagged = TrialAnnotated(trial_id="t1", tags=["prod"])
    noted = TrialAnnotated(trial_id="t1", notes="long")
    doc = shown(changed, tagged, noted, END, TrialArchived(trial_id="t1", archived=True))
    assert (doc["budget"], doc["priority"], doc["parallelism"]) == ({"jobs": 5}, 2, 2)
    assert (doc["tags"], doc["archived"], "notes" in doc) == (["prod"], True, False)
    assert shown(tags=["a"])["tags"] == ["a"]


def real(number: int, **fields: Any) -> JobProposed:
    """A job under the id that supervisors give."""
    job_id = f"t1.{number}"
    return JobProposed(trial_id="t1", job_id=job_id, number=number, params={}, **fields)


def test_points_are_counted_while_they_wait_and_when_they_are_proposed() -> None:
    """An import is counted as one; what still waits at the end is dropped."""
    points = [Point(point_id=f"p{number}", params={}) for number in (1, 2, 3)]
    added = PointsAdded(trial_id="t1", points=points)
    assert counts(shown(added)) == {"queued": 3}
    imported = real(1, origin="imported", point_id="p1")
    doc = shown(added, imported, real(2, origin="enqueued", point_id="p2"))
    assert counts(doc) == {"queued": 1, "proposed": 2, "pending": 2, "imported": 1}
    assert "queued" not in counts(shown(added, END))
    assert counts(shown(points=[{"params": {"x": 0.5}}])) == {"queued": 1}


def real_end(number: int, loss: float) -> Event:
    """The end of such a job."""
    return replace(finished(number, Succeeded(loss=loss)), job_id=f"t1.{number}")


def test_a_retracted_best_gives_way_to_the_best_before_it() -> None:
    """The exact best of all others is the jobs view's to tell: `retracted` says so."""
    jobs = [real(1), real_end(1, 3.0), real(2), real_end(2, 1.0)]
    doc = shown(*jobs, JobRetracted(trial_id="t1", job_id="t1.2"))
    assert (doc["best"]["job_id"], doc["best"]["loss"], doc["best"]["params"]) == (
        "t1.1",
        3.0,
        None,
    )
    assert [step["loss"] for step in doc["improvements"]] == [3.0]
    assert doc["jobs"]["retracted"] == 1
    none_left = shown(*jobs[:2], JobRetracted(trial_id="t1", job_id="t1.1"))
    assert (none_left["best"], none_left["improvements"]) == (None, [])


def test_another_retraction_leaves_the_best_alone() -> None:
    """Only its step is gone from the history."""
    jobs = [real(1), real_end(1, 3.0), real(2), real_end(2, 1.0)]
    doc = shown(*jobs, JobRetracted(trial_id="t1", job_id="t1.1"))
    assert (doc["best"]["loss"], len(doc["improvements"])) == (1.0, 1)
