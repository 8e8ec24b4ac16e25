"""Users steer a running system: points, retractions, changes, drains; killed in between."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.all_in_one import AllInOne, events_of, wait_for
from tests.integration.laboratory import SPACE, Laboratory, Program, check, named, posted

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import (
    JobRetracted,
    PointsAdded,
    TrialChanged,
    TrialSubmitted,
)
from hyperdock_common.projections import SCHEMAS
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_supervisor.domain.trial import evolve
from hyperdock_supervisor.proposers import Diverged, Proposers

LOSS = (
    "sed -E 's/.*\"x\": ?([-0-9.e]+).*/\\1/' $HYPERDOCK_DIR/params.json > $HYPERDOCK_DIR/loss.json"
)
MIRACLE: dict[str, Any] = {"params": {"x": 0.875, "kind": "a"}, "loss": -100.0}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder."""
    return tmp_path / "state"


@pytest.fixture
def system(state: Path) -> Iterator[AllInOne]:
    """A real system on it, of two slots and local processes."""
    with AllInOne(state, "--slots", "2", "--no-docker") as started:
        yield started


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    """A system without workers."""
    with Laboratory(tmp_path) as made:
        yield made


def gated(gate: Path, then: str = LOSS) -> dict[str, Any]:
    """A trial whose jobs wait for a file before they end."""
    script = f"until [ -e '{gate}' ]; do sleep 0.05; done; {then}"
    return {"name": "gated", "command": ["sh", "-c", script], "space": SPACE}


def turnstiled(passes: Path, then: str = LOSS) -> dict[str, Any]:
    """A trial each of whose jobs takes one pass out of a folder before it ends."""
    take = f'f=$(ls \'{passes}\' | head -n 1) && [ -n "$f" ] && rm "{passes}/$f" 2>/dev/null'
    script = f"until {take}; do sleep 0.05; done; {then}"
    return {"name": "turnstiled", "command": ["sh", "-c", script], "space": SPACE}


def hand_out(passes: Path, count: int) -> None:
    """Lets so many jobs end."""
    for number in range(count):
        (passes / str(number)).touch()


def opened(gate: Path) -> bool:
    """Lets the jobs that wait at the gate end."""
    gate.touch()
    return True


def check_folder(state: Path) -> None:
    """A state folder that nobody runs on is found whole, and its proposals come again."""
    log = SqliteEventLog(state / "events.db")
    views = SqliteViewStore(state / "views.db", SCHEMAS)
    try:
        check(log, views, settled=True)
    finally:
        views.close()
        log.close()


def points(system: AllInOne, trial_id: str, *given: Any, key: str | None = None) -> list[Any]:
    """Adds points."""
    headers = {"Idempotency-Key": key} if key else None
    path = f"/trials/{trial_id}/points"
    return list(posted(system.api, path, {"points": given}, headers=headers)["points"])


def succeeded(system: AllInOne, trial_id: str, count: int) -> None:
    """Waits until so many jobs have."""
    wait_for(lambda: system.trial(trial_id)["jobs"]["succeeded"] >= count or None)


def test_a_steered_trial_is_rebuilt_as_it_was(
    system: AllInOne, state: Path, tmp_path: Path
) -> None:
    """Points, a retraction, changes; killed twice: the optimizer goes on as if it had not been."""
    passes = tmp_path / "passes"
    passes.mkdir()
    trial_id = system.submit(
        **turnstiled(passes),
        algorithm={"name": "OnePlusOne", "seed": 11},
        budget={"jobs": 4},
        parallelism=1,
        points=[{"params": {"x": 0.5, "kind": "b"}, "loss": 0.5}],
    )
    wait_for(lambda: system.trial(trial_id)["jobs"]["running"] == 1 or None)
    (miracle,) = points(system, trial_id, MIRACLE, key="once")
    assert miracle["job_id"] is not None
    wanted = [{"params": {"x": x, "kind": "b"}} for x in (0.75, 0.625)]
    queued = points(system, trial_id, *wanted)
    assert [each["job_id"] for each in queued] == [None, None]
    assert system.trial(trial_id)["best"]["loss"] == -100.0

    system.kill()
    system.start()
    assert points(system, trial_id, MIRACLE, key="once") == [miracle]
    changed = system.api.patch(
        f"/trials/{trial_id}", json={"budget": {"jobs": 12}, "parallelism": 2}
    )
    assert (changed.status_code, changed.json()["budget"]["jobs"]) == (200, 12)
    hand_out(passes, 5)
    succeeded(system, trial_id, 7)
    retracted = system.api.post(f"/jobs/{miracle['job_id']}/retract", json={"reason": "no miracle"})
    assert retracted.status_code == 200
    assert system.trial(trial_id)["best"]["loss"] > 0

    system.kill()
    system.start()
    hand_out(passes, 50)
    trial = system.finished(trial_id)
    jobs = system.jobs(trial_id)
    system.stop()
    assert (trial["state"], trial["reason"]) == ("completed", "jobs")
    assert trial["best"]["loss"] == min(job["loss"] for job in jobs if job["loss"] is not None)
    origins = [job["origin"] for job in jobs]
    assert origins.count("imported") == 2
    assert origins.count("optimizer") + origins.count("enqueued") == 12
    assert [job["params"] for job in jobs if job["origin"] == "enqueued"] == [
        each["params"] for each in wanted
    ]
    check_folder(state)
    assert_forgotten(state)


def assert_forgotten(state: Path) -> None:
    """An optimizer that had not forgotten the retracted result would have proposed other params."""
    records = list(events_of(state))
    kinds = [type(record.event) for record in records]
    assert kinds.count(PointsAdded) == 2
    assert kinds.count(TrialChanged) == 1
    (submitted,) = (each for each in records if isinstance(each.event, TrialSubmitted))
    trial = evolve(None, submitted.event, 0.0)  # type: ignore[arg-type]  # it is one, as just said
    kept = [each.event for each in records if not isinstance(each.event, JobRetracted)]
    with pytest.raises(Diverged):
        Proposers(make_optimizer).replay(trial, kept)


def test_a_worker_is_drained_and_takes_jobs_again(
    system: AllInOne, state: Path, tmp_path: Path
) -> None:
    """What it runs ends in good order; nothing more begins until it may."""
    trial_id = system.submit(**gated(tmp_path / "gate"), budget={"jobs": 6}, parallelism=2)
    wait_for(lambda: system.trial(trial_id)["jobs"]["running"] == 2 or None)
    (worker,) = system.api.get("/workers").json()["items"]
    drain = system.api.post(f"/workers/{worker['worker_id']}/drain")
    assert drain.status_code == 200
    (tmp_path / "gate").touch()
    succeeded(system, trial_id, 2)
    wait_for(lambda: system.trial(trial_id)["jobs"]["running"] == 0 or None)
    assert system.trial(trial_id)["jobs"]["proposed"] == 2
    undrain = system.api.post(f"/workers/{worker['worker_id']}/undrain")
    assert undrain.json()["draining"] is False
    assert system.finished(trial_id)["jobs"]["succeeded"] == 6
    system.stop()
    check_folder(state)


def test_a_paused_trial_goes_on_as_soon_as_it_is_resumed(system: AllInOne) -> None:
    """Each time, though workers threw away what they were offered while it was paused."""
    trial_id = system.submit(
        name="t", command=["sh", "-c", LOSS], space=SPACE, budget={"jobs": 200}, parallelism=2
    )
    for count in range(2, 12, 2):
        succeeded(system, trial_id, count)
        assert system.api.post(f"/trials/{trial_id}/pause").status_code == 200
        wait_for(lambda: system.trial(trial_id)["jobs"]["running"] == 0 or None)
        assert system.api.post(f"/trials/{trial_id}/resume").status_code == 200
        more = system.trial(trial_id)["jobs"]["succeeded"] + 1
        wait_for(lambda: system.trial(trial_id)["jobs"]["succeeded"] >= more or None, 15.0)  # noqa: B023 - done at once
    system.api.post(f"/trials/{trial_id}/stop")


def test_what_failed_is_run_again(system: AllInOne, state: Path, tmp_path: Path) -> None:
    """When its reason is gone, with the same params, as a job of its own, first of all."""
    gate, cure = tmp_path / "gate", tmp_path / "cure"
    trial_id = system.submit(
        **gated(gate, f"rm '{gate}'; [ -e '{cure}' ] && {LOSS}"), budget={"jobs": 3}, parallelism=1
    )
    gate.touch()
    wait_for(lambda: system.trial(trial_id)["jobs"]["failed"] or None)
    (bad, *_) = system.jobs(trial_id)
    key = {"Idempotency-Key": "again"}
    retry = posted(system.api, f"/jobs/{bad['job_id']}/retry", headers=key)
    assert posted(system.api, f"/jobs/{bad['job_id']}/retry", headers=key) == retry
    cure.touch()
    wait_for(lambda: opened(gate) and system.trial(trial_id)["finished_at"])
    assert [job["origin"] for job in system.jobs(trial_id)] == [
        "optimizer",
        "optimizer",
        "retry",
    ], "it is a job of the budget"
    (good,) = [job for job in system.jobs(trial_id) if job["origin"] == "retry"]
    assert (good["retry_of"], good["params"]) == (bad["job_id"], bad["params"])
    assert (good["state"], good["point_id"]) == ("succeeded", retry["point_id"])
    system.stop()
    check_folder(state)


def test_a_program_outlives_the_system(system: AllInOne, state: Path) -> None:
    """Killed and started again, the system still knows who evaluates what."""
    trial_id = system.submit(name="own", external=True, space=SPACE, budget={"jobs": 2})
    program = Program(system.api, trial_id)
    job = program.has()
    system.kill()
    system.start()
    program.api = system.api
    assert program.beat(job)["stop"] == []
    assert program.tell(job, loss=0.5).status_code == 200
    second = program.has()
    assert program.tell(second, loss=0.25).status_code == 200
    assert program.call("ask").status_code == 410
    assert system.finished(trial_id)["best"]["loss"] == 0.25
    system.stop()
    check_folder(state)


def test_a_thousand_evaluated_points_are_there_at_once(lab: Laboratory) -> None:
    """Each with its job, in order, in the answer; they cost nothing of the budget."""
    trial_id = lab.submit(budget={"jobs": 1}, algorithm={"name": "OnePlusOne", "seed": 3})
    given = [
        {"params": {"x": number / 1000, "kind": "a"}, "loss": float(number), "metrics": {"n": 1}}
        for number in range(1000)
    ]
    answer = posted(lab.api, f"/trials/{trial_id}/points", {"points": given})
    expected = [f"{trial_id}.{number}" for number in range(1, 1001)]
    assert [each["job_id"] for each in answer["points"]] == expected
    trial = lab.trial(trial_id)
    assert (trial["jobs"]["imported"], trial["best"]["loss"]) == (1000, 0.0)
    job = lab.job(expected[7])
    assert (job["state"], job["origin"], job["metrics"]) == ("succeeded", "imported", {"n": 1})
    assert job["attempts"] == []
    program = Program(lab.api, trial_id)
    assert program.tell(program.has(), loss=1.0).status_code == 200
    lab.ends(trial_id)
    check(lab.log, lab.views, settled=True)


def test_points_may_end_a_trial(lab: Laboratory) -> None:
    """One that reaches the target: all that came with it are kept, and nothing more is taken."""
    trial_id = lab.submit(budget={"jobs": 9, "target_loss": 0.1})
    good = {"params": {"x": 0.25, "kind": "a"}, "loss": 0.05}
    other = {"params": {"x": 0.5, "kind": "a"}, "loss": 0.5}
    key = {"Idempotency-Key": "k"}
    body = {"points": [good, other]}
    answer = posted(lab.api, f"/trials/{trial_id}/points", body, headers=key)
    assert [each["job_id"] for each in answer["points"]] == [f"{trial_id}.1", f"{trial_id}.2"]
    trial = lab.ends(trial_id)
    assert (trial["state"], trial["reason"]) == ("completed", "target_loss")
    late = lab.api.post(f"/trials/{trial_id}/points", json={"points": [other]})
    assert late.status_code == 409
    again = posted(lab.api, f"/trials/{trial_id}/points", body, headers=key)
    assert again == answer
    check(lab.log, lab.views, settled=True)


def test_results_of_an_ended_trial_are_retracted(lab: Laboratory) -> None:
    """It stays ended; its best is another one; its jobs are not run again."""
    trial_id = lab.submit(budget={"jobs": 2})
    program = Program(lab.api, trial_id)
    first, second = program.has(), None
    program.tell(first, loss=0.25)
    second = program.has()
    program.tell(second, loss=0.5)
    lab.ends(trial_id)
    assert lab.api.post(f"/jobs/{first['job_id']}/retract").status_code == 200
    trial = lab.trial(trial_id)
    assert (trial["best"]["loss"], trial["state"], trial["jobs"]["retracted"]) == (
        0.5,
        "completed",
        1,
    )
    assert lab.api.post(f"/jobs/{first['job_id']}/retry").status_code == 409
    check(lab.log, lab.views, settled=True)


def test_every_part_of_a_corrected_trial_is_replayed(lab: Laboratory) -> None:
    """Retractions in between and after the end leave the proposals as they were made."""
    trial_id = lab.submit(budget={"jobs": 12}, algorithm={"name": "OnePlusOne", "seed": 5})
    program = Program(lab.api, trial_id)
    for number in range(12):
        job = program.has()
        assert program.tell(job, loss=job["params"]["x"]).status_code == 200
        if number in {3, 7, 11}:
            assert lab.api.post(f"/jobs/{job['job_id']}/retract").status_code == 200
    lab.ends(trial_id)
    check(lab.log, lab.views, settled=True)


def test_a_stopped_supervisor_takes_what_was_asked_meanwhile(lab: Laboratory) -> None:
    """A new one knows the queue, the results and who has what."""
    trial_id = lab.submit(budget={"jobs": 4}, parallelism=1)
    program = Program(lab.api, trial_id)
    job = program.has()
    queued = posted(
        lab.api, f"/trials/{trial_id}/points", {"points": [{"params": {"x": 0.5, "kind": "b"}}]}
    )
    lab.stop_supervisor()
    lab.start_supervisor()
    assert program.call("report", **named(job), step=1, values={"a": 1}).status_code == 202
    assert program.tell(job, loss=0.5).status_code == 200
    found = lab.job(program.has()["job_id"])
    assert (found["point_id"], found["origin"]) == (queued["points"][0]["point_id"], "enqueued")
    check(lab.log, lab.views, settled=False)
