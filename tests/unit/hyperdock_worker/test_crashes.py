"""A worker may be killed at any moment: its successor brings everything to its one end."""

from collections.abc import Callable, Iterator

import pytest
from tests.unit.hyperdock_worker.crashes import Cut, Process
from tests.unit.hyperdock_worker.fake_runner import FakeTarget
from tests.unit.hyperdock_worker.waiting import until
from tests.unit.hyperdock_worker.world import World

from hyperdock_common.events import (
    AttemptLost,
    JobClaimed,
    JobFinished,
    JobStarted,
    MetricReported,
    Succeeded,
    TrialFinished,
    WorkerRegistered,
)

CUTS = [
    Cut(call="take", after=True),
    Cut(call="create"),
    Cut(call="create", after=True),
    Cut(call="publish", event=JobClaimed),
    Cut(call="publish", event=JobClaimed, after=True),
    Cut(call="start"),
    Cut(call="start", after=True),
    Cut(call="publish", event=JobStarted),
    Cut(call="publish", event=JobStarted, after=True),
    Cut(call="wait"),
    Cut(call="wait", after=True),
    Cut(call="keep_report"),
    Cut(call="keep_report", after=True),
    Cut(call="append_log"),
    Cut(call="append_log", after=True),
    Cut(call="put_folder"),
    Cut(call="put_folder", after=True),
    Cut(call="publish", event=JobFinished),
    Cut(call="publish", event=JobFinished, after=True),
    Cut(call="discard"),
    Cut(call="discard", after=True),
    Cut(call="remove"),
    Cut(call="remove", after=True),
]


@pytest.fixture
def open_process(world: World) -> Iterator[Callable[..., Process]]:
    """Starts workers that can be killed."""
    world.start_supervisor()
    made: list[Process] = []

    def opening(cut: Cut | None = None, **settings: int) -> Process:
        made.append(Process(world, cut, **settings))
        return made[-1]

    yield opening
    for process in made:
        process.bury()


def works(target: FakeTarget) -> None:
    """What a good target does."""
    target.prints("begun\n")
    for step in range(3):
        target.reports(step, 1 / (step + 1))
    target.writes("out/model.txt", "weights")
    target.prints("done\n")
    target.succeeds(0.25)


def assert_all_is_there(world: World, jobs: int) -> None:
    """Each job has its result, its files, its whole log, and its metrics once."""
    world.assert_well_ended(jobs)
    for number in range(1, jobs + 1):
        job = world.job(number)
        assert (job["state"], job["loss"]) == ("succeeded", 0.25)
        assert world.files(number) == {
            "loss.json",
            "metrics.jsonl",
            "out/model.txt",
            "params.json",
        }
        assert world.attempt_log(number, attempt=int(str(job["attempt"]))) == "begun\ndone\n"
        steps = [
            each.step
            for each in world.said(MetricReported)
            if (each.job_id, each.attempt) == (job["job_id"], job["attempt"])
        ]
        assert steps == [0, 1, 2]


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_a_killed_worker_s_work_is_brought_to_its_end(
    world: World, open_process: Callable[..., Process], cut: Cut
) -> None:
    """Invariants 1, 2 and 8: one end a job, one target an attempt, nothing left running."""
    world.engine.behaviour = works
    first = open_process(cut)
    world.submit(jobs=2, parallelism=1)
    until(first.is_dead, f"the worker was killed {cut}")
    world.started_worker()
    world.hears(TrialFinished)
    assert_all_is_there(world, jobs=2)


def test_a_target_that_runs_on_is_adopted(
    world: World, open_process: Callable[..., Process]
) -> None:
    """Killed in the middle of a long run: no attempt is lost, nothing runs twice."""
    first = open_process()
    world.submit()
    target = world.target()
    target.prints("begun\n")
    target.reports(0, 1.0)
    world.hears(MetricReported)
    first.kill()
    target.reports(1, 0.5)
    world.started_worker()
    world.hears(MetricReported, 2)
    target.reports(2, 1 / 3)
    target.writes("out/model.txt", "weights")
    target.prints("done\n")
    target.succeeds(0.25)
    assert_all_is_there(world, jobs=1)
    assert len(world.engine.started) == 1
    assert world.said(AttemptLost) == []
    assert world.said(JobFinished)[0].outcome == Succeeded(loss=0.25)


def test_a_target_that_ended_meanwhile_is_harvested(
    world: World, open_process: Callable[..., Process]
) -> None:
    """It ended while no worker was there."""
    first = open_process()
    world.submit()
    world.hears(JobStarted)
    first.kill()
    works(world.target())
    world.started_worker()
    assert_all_is_there(world, jobs=1)
    assert len(world.engine.started) == 1
    assert world.said(AttemptLost) == []


def test_a_worker_may_be_killed_again_and_again(
    world: World, open_process: Callable[..., Process]
) -> None:
    """Every successor is killed too, each a little later in the life of the attempt."""
    world.engine.behaviour = works
    world.submit(jobs=3, parallelism=1, retries=100)
    for cut in CUTS:
        process = open_process(cut)
        process.is_killed_or(lambda: world.said(TrialFinished))
        process.kill()
    world.started_worker()
    world.hears(TrialFinished)
    assert_all_is_there(world, jobs=3)


def test_the_successor_names_what_goes_on(
    world: World, open_process: Callable[..., Process]
) -> None:
    """Else the supervisor would take the attempts for lost."""
    first = open_process(slots=2)
    world.submit(jobs=2)
    world.hears(JobStarted, 2)
    first.kill()
    world.started_worker(slots=2)
    named = {each.job_id for each in world.hears(WorkerRegistered, 2).attempts}
    assert named == {target.order.offer.job_id for target in world.engine.started}
    assert world.said(AttemptLost) == []
