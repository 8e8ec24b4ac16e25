"""Retention over the real stores: what stays, what goes, and what is told of it."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.hyperdock_gateway.world import NOW, Api, World

from hyperdock_common.events import AttemptLost, JobClaimed, JobRetracted
from hyperdock_common.ports import KeptLog
from hyperdock_common.projections import PROJECTIONS, catch_up, project
from hyperdock_gateway.retention import Retention, RetentionSettings
from hyperdock_gateway.retention.pauses import Pauses, Stopped
from hyperdock_gateway.retention.sweeping import Sweep

DAY = 86_400.0
TRIAL = "tune-aaaaaa"
ONE_DAY = RetentionSettings(keep_for=DAY)

Retain = Callable[[RetentionSettings], Retention]


@pytest.fixture
def retain(world: World) -> Retain:
    """Retention over the world's stores, forty days after everything happened."""

    def make(settings: RetentionSettings) -> Retention:
        stores = (world.artifacts, world.log, world.views)
        return Retention(*stores, settings, clock=lambda: NOW + 40 * DAY)

    return make


def keep_log(world: World, tmp_path: Path, job_id: str, attempt: int = 1) -> None:
    """A log of 1,000 bytes, last written when everything happened."""
    world.artifacts.append_log(TRIAL, job_id, attempt, 0, b"x" * 1_000)
    name = "log.txt" if attempt == 1 else f"log.attempt-{attempt}.txt"
    os.utime(tmp_path / "results" / TRIAL / job_id / name, (NOW, NOW))


@pytest.fixture
def job_ids(world: World, tmp_path: Path) -> list[str]:
    """Four jobs with logs: 1 is worse, 2 is the best, 3 failed to end, 4 is the second best."""
    world.add_trial(TRIAL)
    made = [world.add_job(TRIAL, number, claimed=True) for number in range(1, 5)]
    for job_id, loss in zip(made, (3.0, 1.0, None, 2.0), strict=True):
        keep_log(world, tmp_path, job_id)
        if loss is not None:
            world.end_job(job_id, loss)
    return made


def kept(world: World) -> list[str]:
    """The jobs whose logs are there."""
    return sorted(each.job_id for each in world.artifacts.logs())


def test_best_and_unfinished_jobs_keep_their_logs(
    world: World, retain: Retain, job_ids: list[str]
) -> None:
    """However old they are."""
    sweep = retain(ONE_DAY).sweep()
    assert (sweep.logs, sweep.removed, sweep.removed_size) == (4, 2, 2_000)
    assert kept(world) == [job_ids[1], job_ids[2]]
    assert retain(ONE_DAY).sweep().removed == 0


def test_of_a_retracted_best_the_next_one_stays(
    world: World, retain: Retain, job_ids: list[str]
) -> None:
    """Which is the best is told as everywhere else."""
    world.publish(JobRetracted(trial_id=TRIAL, job_id=job_ids[1], reason="a wrong result"))
    retain(ONE_DAY).sweep()
    assert kept(world) == [job_ids[2], job_ids[3]]


def test_lost_attempts_of_an_unfinished_job_keep_their_logs(
    world: World, retain: Retain, job_ids: list[str], tmp_path: Path
) -> None:
    """Until the job has ended; then they go like all others."""
    job_id = job_ids[2]
    lost = AttemptLost(trial_id=TRIAL, job_id=job_id, attempt=1, reason="silent", worker_id="w")
    claim = JobClaimed(trial_id=TRIAL, job_id=job_id, attempt=2, worker_id="w", slot=0)
    world.publish(lost, claim)
    keep_log(world, tmp_path, job_id, attempt=2)
    retain(ONE_DAY).sweep()
    assert kept(world) == [job_ids[1], job_id, job_id]
    world.end_job(job_id, 9.0)
    retain(ONE_DAY).sweep()
    assert kept(world) == [job_ids[1]]


def test_log_written_within_the_hour_stays(
    world: World, retain: Retain, job_ids: list[str], tmp_path: Path
) -> None:
    """Somebody may be reading it."""
    now = NOW + 40 * DAY
    path = tmp_path / "results" / TRIAL / job_ids[0] / "log.txt"
    os.utime(path, (now - 3_000, now - 3_000))
    retain(RetentionSettings(keep_size=1)).sweep()
    assert kept(world) == [job_ids[0], job_ids[1], job_ids[2]]


def test_log_that_no_job_is_known_of_stays(world: World, retain: Retain, tmp_path: Path) -> None:
    """A store that is older than the log of events loses nothing."""
    keep_log(world, tmp_path, f"{TRIAL}.99")
    assert retain(RetentionSettings(keep_for=DAY, keep_size=1)).sweep().removed == 0


def test_age_that_is_not_noted_is_that_of_the_job(
    world: World, job_ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of earlier releases say nothing of when they were written."""
    logs = world.artifacts.logs

    def without_times() -> list[KeptLog]:
        return [replace(each, changed_at=None) for each in logs()]

    monkeypatch.setattr(world.artifacts, "logs", without_times)
    for later, removed in ((DAY / 2, 0), (2 * DAY, 2)):
        clock = NOW + later
        stores = (world.artifacts, world.log, world.views)
        retention = Retention(*stores, ONE_DAY, clock=lambda now=clock: now)  # type: ignore[misc]
        assert retention.sweep().removed == removed
    assert job_ids[1] in kept(world)


def test_nothing_goes_while_the_views_are_behind(
    world: World, retain: Retain, job_ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Views that are made anew do not know yet which job is the best."""
    monkeypatch.setattr("hyperdock_gateway.retention.keeper._PATIENCE", 0.0)
    monkeypatch.setattr(world.views, "position", lambda _view: 3)
    sweep = retain(ONE_DAY).sweep()
    assert "behind the log" in sweep.problem
    assert len(kept(world)) == len(job_ids)


@pytest.mark.parametrize("is_dated", [True, False])
def test_nothing_goes_while_the_views_are_made_anew(
    world: World,
    retain: Retain,
    job_ids: list[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_dated: bool,
) -> None:
    """Another release's supervisor begins after the sweep has begun: half a trial has no best."""
    trials = next(each for each in PROJECTIONS if each.schema.name == "trials")
    logs = world.artifacts.logs

    def meanwhile() -> list[KeptLog]:
        world.views.clear("trials")
        project(trials, world.views, world.log.read(0, world.log.head() - 3))
        return [each if is_dated else replace(each, changed_at=None) for each in logs()]

    monkeypatch.setattr(world.artifacts, "logs", meanwhile)
    sweep = retain(ONE_DAY).sweep()
    assert (sweep.removed, sweep.ended_at) == (0, None)
    assert "made anew" in sweep.problem
    monkeypatch.setattr(world.artifacts, "logs", logs)
    assert len(kept(world)) == len(job_ids)
    catch_up(PROJECTIONS, world.views, world.log)
    assert retain(ONE_DAY).sweep().removed == 2


def test_two_gateways_remove_each_log_once(world: World, retain: Retain, tmp_path: Path) -> None:
    """Whoever comes second finds nothing to count."""
    world.add_trial(TRIAL)
    for number in range(1, 61):
        job_id = world.add_job(TRIAL, number)
        keep_log(world, tmp_path, job_id)
        world.end_job(job_id, float(number))
    gateways = [retain(ONE_DAY), retain(ONE_DAY)]
    sweeps: list[Sweep] = []
    threads = [
        threading.Thread(target=lambda each=each: sweeps.append(each.sweep())) for each in gateways
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.removed for each in sweeps) == 59
    assert [each.problem for each in sweeps] == ["", ""]
    assert kept(world) == [f"{TRIAL}.1"]


def test_it_sweeps_by_itself_and_ends(world: World, job_ids: list[str]) -> None:
    """On a thread of its own, which is told to stop."""
    swept = threading.Event()
    sweeps: list[Sweep] = []

    def counted(sweep: Sweep) -> None:
        sweeps.append(sweep)
        swept.set()

    settings = replace(ONE_DAY, every=0.01)
    stores = (world.artifacts, world.log, world.views)
    retention = Retention(*stores, settings, clock=lambda: NOW + 40 * DAY, counted=counted)
    retention.start()
    assert swept.wait(30.0)
    retention.stop()
    assert sweeps[0].removed == 2
    assert len(kept(world)) == len(job_ids) - 2
    assert "retention" not in {each.name for each in threading.enumerate()}


def test_without_limits_nothing_is_ever_looked_at(retain: Retain) -> None:
    """Neither is a thread started."""
    before = threading.active_count()
    retention = retain(RetentionSettings())
    retention.start()
    assert threading.active_count() == before
    retention.stop()


def test_limits_and_the_last_sweep_are_told(api: Api, retain: Retain, job_ids: list[str]) -> None:
    """Whoever may read sees how long logs are kept."""
    assert api.get("/retention").json() == {
        "keep_logs_for": None,
        "keep_logs_size": None,
        "every": 600.0,
        "last": None,
    }
    retention = retain(RetentionSettings(keep_for=DAY, keep_size=10**9, every=60.0))
    site = api.with_services(retention=retention.document)
    limits = {"keep_logs_for": DAY, "keep_logs_size": 10**9, "every": 60.0}
    assert site.get("/retention").json() == {**limits, "last": None}
    retention.sweep()
    moment = NOW + 40 * DAY
    assert site.get("/retention").json() == {
        **limits,
        "last": {
            "began_at": moment,
            "ended_at": moment,
            "logs": len(job_ids),
            "size": 4_000,
            "removed": 2,
            "removed_size": 2_000,
            "problem": "",
        },
    }


def test_work_rests_as_long_as_it_took() -> None:
    """It leaves half of a processor to those whom people wait for, and ends when told to."""
    rests: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            rests.append(timeout or 0.0)
            return self.is_set()

    times = iter([0.0, 0.01, 0.2, 0.4, 9.0, 9.5, 20.0])
    stop = Stop()
    pauses = Pauses(stop, lambda: next(times))
    pauses()
    assert rests == []
    pauses()
    pauses()
    assert rests == [0.2, 1.0]
    stop.set()
    with pytest.raises(Stopped):
        pauses()
