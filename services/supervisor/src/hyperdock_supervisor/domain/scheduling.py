"""Which trial gets the next free slot.

Jobs are proposed just in time: only when a slot is free for them, so that an optimizer knows
every result that is there. Higher priority first; among equals the trial with the fewest open
jobs (its fair share), then the one submitted first.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from hyperdock_common.offer import external_runtime
from hyperdock_supervisor.domain.decisions import may_propose
from hyperdock_supervisor.domain.fleet import Fleet, Worker
from hyperdock_supervisor.domain.trial import Trial


class Capacity:
    """The free slots of the fleet, less those that waiting jobs are on their way to.

    A waiting job takes a slot of the worker with the fewest GPUs and kinds of jobs, so that it is
    in nobody's way for longer than it must. One that no free slot is for is in nobody's way at all.
    """

    def __init__(self, fleet: Fleet, trials: Iterable[Trial]) -> None:
        live = [(trial, job) for trial in trials for job in trial.live.values()]
        busy = Counter(job.worker_id for _, job in live)
        self._workers = sorted(
            fleet.values(), key=lambda worker: (worker.slot_gpus, len(worker.runtimes))
        )
        self._free = {key: max(0, worker.slots - busy[key]) for key, worker in fleet.items()}
        for trial, job in live:
            if job.worker_id is None and trial.state == "running":
                self.take(trial)

    def free(self, trial: Trial) -> int:
        """How many more jobs of this trial would find a slot at once."""
        return sum(self._free[worker.worker_id] for worker in self._able(trial))

    def take(self, trial: Trial) -> None:
        """Counts one more job of this trial as on its way to a slot."""
        for worker in self._able(trial):
            if self._free[worker.worker_id]:
                self._free[worker.worker_id] -= 1
                return

    def _able(self, trial: Trial) -> Iterable[Worker]:
        spec = trial.spec
        if spec.external:
            own = external_runtime(trial.trial_id)
            return (each for each in self._workers if own in each.runtimes and not each.draining)
        return (
            each
            for each in self._workers
            if each.pool == spec.pool
            and spec.runs_in in each.runtimes
            and each.slot_gpus >= spec.resources.gpus
            and not each.draining
        )


def next_trial(
    trials: Iterable[Trial], capacity: Capacity, without: Collection[str]
) -> Trial | None:
    """The trial that may propose next, not one of `without`; None where nobody can."""
    able = (
        trial
        for trial in trials
        if trial.trial_id not in without and may_propose(trial) and capacity.free(trial) > 0
    )
    return min(able, key=_rank, default=None)


def _rank(trial: Trial) -> tuple[int, int, float, str]:
    return (-trial.spec.priority, len(trial.live), trial.submitted_at, trial.trial_id)
