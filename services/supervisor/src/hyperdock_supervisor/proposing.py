"""The next job of a trial: a point of its users, or what its optimizer proposes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from hyperdock_common.events import (
    Envelope,
    JobFinished,
    JobProposed,
    JobRetracted,
    RecordedEvent,
)
from hyperdock_common.history import history
from hyperdock_common.ports import EventLog
from hyperdock_common.spec import TrialSpec
from hyperdock_supervisor.domain.points import propose_next
from hyperdock_supervisor.domain.trial import Trial
from hyperdock_supervisor.proposers import Proposers


class Proposing:
    """Knows which open trials have an optimizer that is there, exhausted or out of date.

    Args:
        proposers: the optimizers.
        versions: of the libraries that they are made of.
        slow_to_make: whether the making of a trial's optimizer may take seconds.

    Attributes:
        put_off: trials whose optimizer is still to be made, which the commit is not to wait for.
    """

    def __init__(
        self,
        proposers: Proposers,
        versions: dict[str, str],
        slow_to_make: Callable[[TrialSpec], bool],
    ) -> None:
        self._proposers = proposers
        self._versions = versions
        self._slow_to_make = slow_to_make
        self._exhausted: set[str] = set()
        self._stale: set[str] = set()
        self._versions_told: set[str] = set()
        self._read: Callable[[str], Iterable[RecordedEvent]] = lambda _: ()
        self.put_off: set[str] = set()

    def read_from(self, log: EventLog) -> None:
        """Names the log that optimizers are rebuilt from."""
        self._read = lambda stream: history(log, stream=stream)

    def rebuild(self, trial: Trial, collected: Sequence[Envelope]) -> None:
        """Replays what the log says about a trial, and the commit that is being `collected`.

        Raises:
            HyperdockError: the optimizer failed or diverged, or the log cannot be read.
        """
        stream = f"trial-{trial.trial_id}"
        recorded = (record.event for record in self._read(stream))
        on_its_way = (each.event for each in collected if each.stream == stream)
        self._proposers.replay(trial, chain(recorded, on_its_way))
        self._stale.discard(trial.trial_id)

    def next_job(self, trial: Trial, collected: Sequence[Envelope]) -> JobProposed | None:
        """The trial's next job; None where its users have none and its optimizer no more.

        Raises:
            HyperdockError: as `rebuild`.
        """
        job = propose_next(trial) or self._ask(trial, collected)
        if job is None:
            self._exhausted.add(trial.trial_id)
            return None
        if trial.trial_id in self._versions_told:
            return job
        self._versions_told.add(trial.trial_id)
        return replace(job, versions=self._versions)

    def learn(self, trial: Trial, event: JobFinished | JobRetracted) -> None:
        """Lets the optimizer know; what was retracted it forgets by beginning anew.

        Raises:
            HyperdockError: the optimizer failed.
        """
        if isinstance(event, JobRetracted):
            self._proposers.end(event.trial_id)
            self._stale.add(event.trial_id)
        elif event.trial_id not in self._stale:
            job = trial.live[event.job_id]
            self._proposers.tell(trial, job.number, job.params, event.outcome)

    def is_exhausted(self, trial_id: str) -> bool:
        """Whether the trial's optimizer has no more proposals."""
        return trial_id in self._exhausted

    def put_off_slow(self, trials: Iterable[Trial], *, wait: bool) -> None:
        """Puts off, once and if they are to `wait`, trials whose optimizer takes long to make."""
        slow = {
            trial.trial_id
            for trial in trials
            if not self._proposers.knows(trial.trial_id) and self._slow_to_make(trial.spec)
        }
        self.put_off = slow - self.put_off if wait else set()

    def unable(self, trials: Mapping[str, Trial]) -> Collection[str]:
        """The trials that cannot propose now."""
        return {each for each in self._exhausted if not trials[each].queue} | self.put_off

    def forget(self, trial_id: str) -> None:
        """Lets go of an ended trial."""
        self._exhausted.discard(trial_id)
        self._stale.discard(trial_id)
        self._versions_told.discard(trial_id)
        self._proposers.end(trial_id)

    def _ask(self, trial: Trial, collected: Sequence[Envelope]) -> JobProposed | None:
        if trial.trial_id in self._stale:
            self.rebuild(trial, collected)
        number = trial.proposed + 1
        params = self._proposers.ask(trial, number)
        if params is None:
            return None
        return JobProposed(
            trial_id=trial.trial_id,
            job_id=f"{trial.trial_id}.{number}",
            number=number,
            params=params,
        )
