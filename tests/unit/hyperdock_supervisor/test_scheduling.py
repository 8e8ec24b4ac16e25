"""Which trial gets the next free slot."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from tests.unit.hyperdock_supervisor.words import registered, spec

from hyperdock_supervisor.domain.fleet import Fleet, evolve_fleet
from hyperdock_supervisor.domain.scheduling import Capacity, next_trial
from hyperdock_supervisor.domain.trial import LiveJob, Trial

IMAGE: dict[str, Any] = {"image": "tune:1", "command": None}


def fleet(**slots: int) -> Fleet:
    """Workers of the default pool that run anything, with so many slots each."""
    return fleet_of(*({"worker_id": name, "slots": count} for name, count in slots.items()))


def fleet_of(*workers: Mapping[str, Any]) -> Fleet:
    """Workers as they register."""
    made: Fleet = {}
    for worker in workers:
        made = evolve_fleet(made, registered(**worker))
    return made


def trial(trial_id: str = "t", *holders: str | None, **document: Any) -> Trial:
    """A trial with one open job for each holder; None is a job that waits."""
    live = {
        f"{trial_id}.{n}": LiveJob(job_id=f"{trial_id}.{n}", number=n, params={}, worker_id=holder)
        for n, holder in enumerate(holders, 1)
    }
    made = spec(**{"parallelism": 100, "budget": {"jobs": 1000}, **document})
    return Trial(
        trial_id=trial_id,
        spec=made,
        submitted=made,
        submitted_at=0.0,
        proposed=len(holders),
        live=MappingProxyType(live),
    )


def shares(fleet: Fleet, *trials: Trial) -> list[str]:
    """Which trials get the free slots, one after the other."""
    state = {each.trial_id: each for each in trials}
    capacity = Capacity(fleet, state.values())
    given = []
    while chosen := next_trial(state.values(), capacity, ()):
        given.append(chosen.trial_id)
        job = LiveJob(job_id=f"{chosen.trial_id}.{chosen.proposed + 1}", number=1, params={})
        live = MappingProxyType({**chosen.live, job.job_id: job})
        state[chosen.trial_id] = replace(chosen, live=live, proposed=chosen.proposed + 1)
        capacity.take(chosen)
    return given


def test_without_workers_nothing_is_proposed() -> None:
    """Jobs are proposed just in time."""
    assert shares({}, trial()) == []


def test_so_many_jobs_are_proposed_as_slots_are_free() -> None:
    """Running jobs and jobs on their way to a slot are taken off."""
    assert shares(fleet(v=1, w=2), trial()) == ["t"] * 3
    assert shares(fleet(v=1, w=2), trial("t", "w", None)) == ["t"]
    assert shares(fleet(v=1, w=2), trial("t", "w", "w", None)) == []


def test_a_worker_with_more_jobs_than_slots_has_none_free() -> None:
    """It was started again with fewer; it does not take away what others have."""
    assert shares(fleet(v=1, w=1), trial("t", "w", "w", "w")) == ["t"]


def test_jobs_of_a_worker_that_is_gone_take_no_slot() -> None:
    """Until its leases expire they are neither waiting nor in anybody's way."""
    assert shares(fleet(w=1), trial("t", "gone")) == ["t"]


def test_waiting_jobs_of_a_paused_trial_are_in_nobodys_way() -> None:
    """Nobody may claim them."""
    paused = replace(trial("p", None, None), state="paused")
    assert shares(fleet(w=2), paused, trial("t")) == ["t", "t"]


def test_only_workers_of_the_pool_count() -> None:
    """The others never see its offers."""
    workers = fleet_of({"worker_id": "w", "slots": 2}, {"worker_id": "g", "pool": "gpu"})
    assert shares(workers, trial(pool="gpu")) == ["t", "t"]
    assert shares(workers, trial(pool="tpu")) == []
    assert shares(workers, trial("t", None, None, pool="gpu"), trial("u")) == ["u", "u"]


def test_only_workers_that_can_run_it_count() -> None:
    """An image needs an engine."""
    workers = fleet_of({"worker_id": "w", "runtimes": ["process"]})
    assert shares(workers, trial(**IMAGE)) == []
    assert shares(workers, trial()) == ["t", "t"]


def test_jobs_that_wait_for_an_engine_do_not_block_the_others() -> None:
    """No worker has a container engine any more: trials without an image go on."""
    workers = fleet_of({"worker_id": "w", "runtimes": ["process"]})
    assert shares(workers, trial("d", None, None, **IMAGE), trial("p")) == ["p", "p"]


def test_waiting_jobs_are_expected_where_they_leave_the_most_room() -> None:
    """A job that only some workers can run finds a slot of theirs free."""
    workers = fleet_of(
        {"worker_id": "both", "slots": 1},
        {"worker_id": "process", "slots": 1, "runtimes": ["process"]},
    )
    assert shares(workers, trial("p", None), trial("d", **IMAGE)) == ["d"]
    assert shares(workers, trial("p"), trial("d", None, **IMAGE)) == ["p"]
    assert shares(workers, trial("p", None, None), trial("d", **IMAGE)) == []


def test_higher_priority_goes_first() -> None:
    """It takes all that it may have."""
    low, high = trial("low", priority=0), trial("high", priority=5, parallelism=2)
    assert shares(fleet(w=3), low, high) == ["high", "high", "low"]


def test_equals_share_the_slots_fairly() -> None:
    """Whoever has the fewest open jobs is next."""
    assert shares(fleet(w=4), trial("a", "w", "w"), trial("b")) == ["b", "b"]
    assert sorted(shares(fleet(w=4), trial("a"), trial("b"))) == ["a", "a", "b", "b"]


def test_the_older_trial_goes_first_where_all_else_is_equal() -> None:
    """And the name decides where even that is."""
    newer = replace(trial("a"), submitted_at=1.0)
    assert shares(fleet(w=1), newer, trial("b")) == ["b"]
    assert shares(fleet(w=1), trial("b"), trial("a")) == ["a"]


def test_a_trial_that_cannot_propose_is_passed_over() -> None:
    """Whether its parallelism, its budget or its state forbids it."""
    full = trial("full", "w", parallelism=1, priority=9)
    done = trial("done", "w", budget={"jobs": 1}, priority=9)
    paused = replace(trial("paused", priority=9), state="paused")
    assert shares(fleet(w=3), full, done, paused, trial("t")) == ["t"]


def test_named_trials_are_left_out() -> None:
    """Those whose space is exhausted."""
    capacity = Capacity(fleet(w=1), [trial()])
    assert next_trial([trial()], capacity, {"t"}) is None


def test_job_that_needs_gpus_waits_for_a_slot_that_has_as_many() -> None:
    """A worker's GPUs are its slots' in equal parts."""
    demanding = trial("g", resources={"gpus": 2}, **IMAGE)
    assert shares(fleet_of({"worker_id": "w", "slots": 4, "gpus": 4}), demanding) == []
    assert shares(fleet_of({"worker_id": "w", "slots": 2, "gpus": 4}), demanding) == ["g", "g"]


def test_job_without_gpus_leaves_those_slots_to_others() -> None:
    """It is on its way to a slot without them, as long as there is one."""
    workers = fleet_of({"worker_id": "a", "slots": 1, "gpus": 1}, {"worker_id": "b", "slots": 1})
    demanding = trial("z", resources={"gpus": 1}, **IMAGE)
    assert shares(workers, trial("a", None, parallelism=1), demanding) == ["z"]
