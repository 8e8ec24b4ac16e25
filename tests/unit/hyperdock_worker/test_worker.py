"""A worker at work, with a real supervisor: from the offer to the confirmed end."""

import threading
from collections.abc import Callable
from typing import Any

from tests.unit.hyperdock_worker.fake_runner import TERM, FakeTarget
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.world import TRIAL, World, succeeds, tapped_stores

from hyperdock_common.events import (
    AttemptLost,
    Heartbeat,
    JobClaimed,
    JobFinished,
    JobStarted,
    Succeeded,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.offer import JobOffer
from hyperdock_supervisor.domain.leases import Silence


def heartbeats(world: World) -> list[set[str]]:
    """The jobs that each of the heartbeats named so far."""
    pulses = [each.event for each in world.log.read_pulses(0, 10_000)]
    return [
        {each.job_id for each in pulse.attempts} for pulse in pulses if isinstance(pulse, Heartbeat)
    ]


def test_jobs_are_run_one_after_the_other(running_world: World) -> None:
    """Every job of a trial ends, with its log and files."""
    running_world.engine.behaviour = succeeds
    running_world.started_worker()
    running_world.submit(jobs=5)
    running_world.hears(TrialFinished)
    running_world.assert_well_ended(5)
    assert running_world.said(AttemptLost) == []
    for number in range(1, 6):
        assert running_world.files(number) == {"loss.json", "metrics.jsonl", "params.json"}
        assert running_world.attempt_log(number) == "text\n"


def test_slots_run_side_by_side(running_world: World) -> None:
    """A slot each, and no more targets than slots."""
    running_world.started_worker(slots=2)
    running_world.submit(jobs=3, parallelism=3)
    running_world.hears(JobStarted, 2)
    assert {each.slot for each in running_world.said(JobClaimed)} == {0, 1}
    assert len(running_world.engine.started) == 2
    running_world.target(1).succeeds()
    running_world.target(3).succeeds()
    running_world.target(2).succeeds()
    running_world.assert_well_ended(3)


def test_no_target_starts_before_its_claim_is_in_the_log(running_world: World) -> None:
    """The log says whose it is, when it starts."""
    claimed: list[bool] = []

    def looks(target: FakeTarget) -> None:
        claims = [(each.job_id, each.attempt) for each in running_world.said(JobClaimed)]
        claimed.append(target.key in claims)
        target.succeeds()

    running_world.engine.behaviour = looks
    running_world.started_worker(slots=2)
    running_world.submit(jobs=6, parallelism=2)
    running_world.hears(TrialFinished)
    assert claimed == [True] * 6


def test_of_two_workers_with_one_offer_exactly_one_runs_it(running_world: World) -> None:
    """Invariant 2: the order of the claims in the log decides; the other goes on without."""
    both = threading.Barrier(2)
    seen: list[JobOffer] = []
    doubled = threading.Event()

    def doubling(name: str, _args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        """Hands the first offer to both."""
        if name != "take" or len(seen) == 2:
            return call()
        if (offered := call()) is not None:
            seen.append(offered)
            doubled.set()
        elif doubled.is_set() and len(seen) == 1:
            seen.append(seen[0])
        else:
            return offered
        both.wait(SOON)
        return seen[0]

    stores = tapped_stores(running_world, "bus", doubling)
    for worker_id in ("w1", "w2"):
        running_world.started_worker(worker_id, stores=stores, claim_timeout=SOON)
    running_world.submit(jobs=2, parallelism=1)
    running_world.target(1).succeeds()
    running_world.target(2).succeeds()
    running_world.hears(TrialFinished)
    claims = running_world.said(JobClaimed)
    assert [each.job_id for each in claims] == [f"{TRIAL}.1", f"{TRIAL}.2"]
    assert [each.worker_id for each in claims] == [
        each.worker_id for each in running_world.engine.started
    ]
    assert running_world.said(AttemptLost) == []
    assert len(running_world.said(JobFinished)) == 2


def test_an_offer_of_a_paused_trial_is_not_run_until_it_is_resumed(running_world: World) -> None:
    """The claim is rejected; nothing is lost by that."""
    running_world.publish(
        WorkerRegistered(
            worker_id="other",
            host="h",
            pool="default",
            slots=1,
            runtimes=["process"],
            version="1",
        )
    )
    running_world.submit()
    running_world.publish(TrialPaused(trial_id=TRIAL))
    takes: list[JobOffer] = []

    def note(name: str, _args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        answer = call()
        if name == "take" and answer is not None:
            takes.append(answer)
        return answer

    stores = tapped_stores(running_world, "bus", note)
    running_world.started_worker(stores=stores, claim_timeout=0.02)
    until(lambda: takes, "the old offer was taken")
    assert running_world.engine.started == []
    running_world.publish(TrialResumed(trial_id=TRIAL))
    assert running_world.target().order.offer.attempt == 1
    running_world.target().succeeds()
    running_world.hears(TrialFinished)
    assert running_world.said(AttemptLost) == []


def test_heartbeats_name_what_is_in_hand(running_world: World) -> None:
    """From the claim to the confirmed end, and not after it."""
    running_world.started_worker(slots=2)
    until(lambda: heartbeats(running_world), "a heartbeat")
    running_world.submit(jobs=2)
    running_world.hears(JobStarted, 2)
    ids = {f"{TRIAL}.1", f"{TRIAL}.2"}
    until(lambda: ids in heartbeats(running_world), "both attempts were named")
    ended = running_world.target(1)
    ended.succeeds()
    running_world.hears(JobFinished)
    left = ids - {ended.order.offer.job_id}
    until(lambda: heartbeats(running_world)[-1] == left, "one attempt was named")


def test_a_worker_that_was_given_up_registers_again(running_world: World) -> None:
    """It names what it still has in hand, and works on."""
    running_world.stop_supervisor()
    running_world.silence = Silence(lost_after=0.3)
    running_world.start_supervisor()
    running_world.engine.behaviour = lambda target: setattr(target, "stubborn", True)
    worker = running_world.started_worker(heartbeat=3600.0, grace=SOON)
    running_world.submit(jobs=1)
    running_world.hears(JobStarted)
    running_world.hears(WorkerLost)
    again = running_world.hears(WorkerRegistered, 2)
    assert [each.job_id for each in again.attempts] == [f"{TRIAL}.1"]
    assert list(worker.running) == again.attempts
    running_world.engine.behaviour = succeeds
    until(lambda: running_world.target().signals == [TERM])
    running_world.target().ends(143)
    running_world.hears(TrialFinished)


def test_a_worker_that_stops_leaves_its_targets_running(running_world: World) -> None:
    """It says goodbye; the next one goes on, and no attempt is lost."""
    worker = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    running_world.stops(worker)
    assert running_world.hears(WorkerLeft).worker_id == "w1"
    assert len(running_world.engine.running) == 1
    running_world.started_worker()
    running_world.target().succeeds()
    running_world.assert_well_ended()
    assert running_world.said(AttemptLost) == []
    assert len(running_world.engine.started) == 1


def test_a_worker_with_fewer_slots_than_before_looks_after_all_that_runs(
    running_world: World,
) -> None:
    """Invariant 1: also the second target of a slot is heard of, whichever ends first."""
    worker = running_world.started_worker(slots=2)
    running_world.submit(jobs=3, parallelism=3)
    running_world.hears(JobStarted, 2)
    running_world.stops(worker)
    running_world.started_worker(slots=1)
    for number in (2, 1):
        running_world.target(number).succeeds()
        running_world.hears(JobFinished, 3 - number)
    running_world.target(3).succeeds()
    running_world.assert_well_ended(3)


def test_an_offer_of_an_adopted_attempt_does_it_no_harm(running_world: World) -> None:
    """Invariant 2: an offer that waited twice finds a new process, and a target that runs."""
    worker = running_world.started_worker(slots=2)
    running_world.submit()
    running_world.hears(JobStarted)
    target = running_world.target()
    running_world.stops(worker)
    running_world.started_worker(slots=2)
    running_world.hears(WorkerRegistered, 2)
    target.writes("loss.json", "0.25")
    running_world.bus.offer(target.order.offer)
    running_world.submit(trial_id="next-bbbbbb")
    running_world.target(2).succeeds()  # the free slot has dealt with the offer before
    target.ends(0)
    running_world.hears(TrialFinished, 2)
    ends = {each.job_id: each.outcome for each in running_world.said(JobFinished)}
    assert ends[target.order.offer.job_id] == Succeeded(loss=0.25)
    assert len(running_world.engine.started) == 2


def test_a_stopped_trial_s_targets_end(running_world: World) -> None:
    """Invariant 8: also the one that does not care for TERM is gone after the grace."""
    running_world.engine.behaviour = lambda target: setattr(
        target, "stubborn", target.key[0] == f"{TRIAL}.1"
    )
    running_world.started_worker(slots=2)
    running_world.submit(jobs=5, parallelism=3)
    running_world.hears(JobStarted, 2)
    stop = TrialStopRequested(trial_id=TRIAL, end="stopped", reason="user")
    running_world.publish(stop)
    assert running_world.hears(TrialFinished).end == "stopped"
    running_world.assert_well_ended(2)
    assert len(running_world.engine.started) == 2
