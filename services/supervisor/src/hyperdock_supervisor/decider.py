"""Decides: holds the state of all open trials and of the fleet, and collects what to record.

No I/O but the reading of the log, when it is rebuilt or an optimizer has to be. Its state runs
ahead of the log while a commit is being collected; whoever cannot append that commit throws the
decider away.
"""

from collections.abc import Callable, Iterable

import structlog

from hyperdock_common.errors import DecodeError, HyperdockError, StorageUnavailable
from hyperdock_common.events import (
    AttemptRef,
    Envelope,
    Event,
    Heartbeat,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobRetracted,
    RecordedEvent,
    TrialEvent,
    TrialFinished,
    TrialStopRequested,
    WorkerDrainSet,
    WorkerEvent,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.events.codec import type_name
from hyperdock_common.history import history
from hyperdock_common.ports import EventLog
from hyperdock_common.spec import TrialSpec
from hyperdock_supervisor.causes import Causes
from hyperdock_supervisor.decided import Clocks, Commit, decided, optimizer_failed
from hyperdock_supervisor.domain.decisions import (
    Rejected,
    decide,
    follow_up,
    lost_attempt,
)
from hyperdock_supervisor.domain.ended import (
    EndedTrial,
    decide_ended,
    ended_trial,
    evolve_ended,
)
from hyperdock_supervisor.domain.fleet import Fleet, evolve_fleet
from hyperdock_supervisor.domain.leases import Leases, Silence
from hyperdock_supervisor.domain.scheduling import Capacity, next_trial
from hyperdock_supervisor.domain.trial import LiveJob, Trial, evolve
from hyperdock_supervisor.proposers import OptimizerFactory, Proposers
from hyperdock_supervisor.proposing import Proposing

_log = structlog.get_logger()


class Decider:
    """The supervisor's mind."""

    def __init__(
        self,
        optimizers: OptimizerFactory,
        clocks: Clocks,
        *,
        producer: str,
        silence: Silence,
        versions: dict[str, str],
        slow_to_make: Callable[[TrialSpec], bool] = lambda _: False,
    ) -> None:
        self._proposing = Proposing(Proposers(optimizers), versions, slow_to_make)
        self._clocks = clocks
        self._producer = producer
        self._leases = Leases(silence, clocks.monotonic())
        self._trials: dict[str, Trial] = {}
        self._ended: dict[str, EndedTrial] = {}
        self._fleet: Fleet = {}
        self._commit = Commit()
        self._causes = Causes()

    @property
    def in_a_hurry(self) -> bool:
        """Whether something was put off that the last commit was not to wait for."""
        return bool(self._proposing.put_off)

    def rebuild(self, log: EventLog, records: Iterable[RecordedEvent] | None = None) -> int:
        """Folds the log (or `records`, all of it), rebuilds open trials' optimizers; the head."""
        self._proposing.read_from(log)
        position = 0
        for record in history(log) if records is None else records:
            self._evolve(record.event, record.recorded_at)
            if isinstance(record.event, WorkerEvent):
                self._causes.note_worker(record.envelope)
            position = record.position
        for trial in list(self._trials.values()):
            if trial.proposed and trial.state != "stopping":
                try:
                    self._proposing.rebuild(trial, ())
                except HyperdockError as error:
                    self._note_failure(trial, error)
        return position

    def waiting_jobs(self) -> Iterable[tuple[Trial, LiveJob]]:
        """The open jobs of running trials that no worker has; not those that programs ask for."""
        for trial in self._trials.values():
            if trial.state == "running" and not trial.spec.external:
                yield from ((trial, job) for job in trial.live.values() if job.worker_id is None)

    def take_in(self, envelope: Envelope) -> None:
        """Accepts a published event, with what it brings about at once, or rejects it.

        Raises:
            Exception: the event cannot be dealt with; nothing of it was taken in.
        """
        event = envelope.event
        match event:
            case Heartbeat():
                now = self._clocks.monotonic()
                self._leases.saw_worker(event.worker_id, now)
                self._leases.saw_attempts(event.worker_id, event.attempts, now)
                self._commit.pulses.append(envelope)
            case WorkerLost():
                _reject(event, "only the supervisor says that")
            case WorkerRegistered():
                self._register(event, envelope)
            case WorkerLeft():
                if event.worker_id in self._fleet:
                    self._record(event, envelope)
            case WorkerDrainSet():
                worker = self._fleet.get(event.worker_id)
                if worker is not None and worker.draining != event.draining:
                    self._record(event, envelope)
            case JobClaimed() if event.worker_id not in self._fleet:
                _reject(event, "its worker is not registered")
            case JobClaimed() if self._fleet[event.worker_id].draining:
                _reject(event, "its worker is draining")
            case _:
                self._take_in_trial(event, envelope)

    def decide(self, *, deaf: bool = False) -> Commit:
        """All that follows now, after what was taken in; no lease ends for being `deaf`."""
        now = self._clocks.monotonic()
        self._leases.listen(now, deaf=deaf)
        self._lose_silent(now)
        self._follow_up_all()
        while self._propose():
            self._follow_up_all()
        self._causes.next_step(put_off=self.in_a_hurry)
        commit, self._commit = self._commit, Commit()
        return commit

    def _note_failure(
        self, trial: Trial, error: HyperdockError, cause: Envelope | None = None
    ) -> None:
        """Ends a trial whose optimizer cannot go on."""
        if isinstance(error, StorageUnavailable | DecodeError):
            raise error
        _log.error("optimizer_failed", trial=trial.trial_id, error=str(error))
        stop = self._record(optimizer_failed(trial.trial_id, error), cause)
        self._follow_up(trial.trial_id, stop)

    def _take_in_trial(self, event: TrialEvent | JobEvent, envelope: Envelope) -> None:
        trial = self._trials.get(event.trial_id)
        ended = self._ended.get(event.trial_id)
        verdict = decide_ended(ended, event) if ended else decide(trial, event)
        if isinstance(verdict, Rejected):
            _reject(event, verdict.reason)
            return
        before = len(self._commit.facts)
        try:
            for each in verdict:
                self._record(each, envelope)
        except Exception:
            del self._commit.facts[before:]
            if trial is None:
                self._trials.pop(event.trial_id, None)
            else:
                self._trials[event.trial_id] = trial
            raise
        if self._trials.get(event.trial_id) is not trial:
            self._follow_up(event.trial_id, envelope)

    def _register(self, event: WorkerRegistered, envelope: Envelope) -> None:
        now = self._clocks.monotonic()
        self._leases.saw_worker(event.worker_id, now)
        self._leases.saw_attempts(event.worker_id, event.attempts, now)
        self._record(event, envelope)
        named = {(ref.job_id, ref.attempt) for ref in event.attempts}
        for trial, job in self._held():
            if job.worker_id == event.worker_id and (job.job_id, job.attempt) not in named:
                self._lose(trial, job, "its worker started again without it", envelope)

    def _held(self) -> list[tuple[Trial, LiveJob]]:
        return [
            (trial, job)
            for trial in self._trials.values()
            for job in trial.live.values()
            if job.worker_id is not None
        ]

    def _lose_silent(self, now: float) -> None:
        for worker_id in self._leases.silent_workers(self._fleet, now):
            reason = "not heard of for too long"
            self._record(WorkerLost(worker_id=worker_id, reason=reason))
        held = {
            (job.job_id, job.attempt, job.worker_id): (trial, job) for trial, job in self._held()
        }
        self._causes.catch_up(self._commit.facts)
        self._causes.keep_gone({worker_id for _, _, worker_id in held})
        for lease in self._leases.expired(held, now):
            cause = self._causes.of_silence(lease[2])
            self._lose(*held[lease], "its worker was silent for too long", cause)

    def _lose(self, trial: Trial, job: LiveJob, reason: str, cause: Envelope | None = None) -> None:
        lost = self._record(lost_attempt(trial.trial_id, job, reason), cause)
        self._follow_up(trial.trial_id, lost)

    def _follow_up_all(self) -> None:
        self._causes.catch_up(self._commit.facts)
        for trial_id in list(self._trials):
            self._follow_up(trial_id, self._causes.of_end(trial_id))

    def _follow_up(self, trial_id: str, cause: Envelope | None = None) -> None:
        """Records all that follows by itself now; each round of it is the cause of the next."""
        now = self._clocks.wall()
        while trial := self._trials.get(trial_id):
            events = follow_up(trial, now, exhausted=self._proposing.is_exhausted(trial_id))
            if not events:
                return
            self._causes.catch_up(self._commit.facts)
            cause = [
                self._record(event, self._causes.of_follow_up(event, cause, trial.best))
                for event in events
            ][-1]

    def _propose(self) -> bool:
        """Proposes as many jobs as find a slot; true if that may have ended a trial."""
        self._causes.catch_up(self._commit.facts)
        capacity = Capacity(self._fleet, self._trials.values())
        self._proposing.put_off_slow(self._trials.values(), wait=bool(self._commit.facts))
        surprised = False
        while trial := next_trial(
            self._trials.values(), capacity, self._proposing.unable(self._trials)
        ):
            try:
                job = self._proposing.next_job(trial, self._commit.facts)
            except HyperdockError as error:
                self._note_failure(trial, error, self._causes.of_end(trial.trial_id))
                surprised = True
                continue
            if job is None:
                surprised = True
                continue
            self._record(job, self._causes.of_proposal(trial.trial_id))
            capacity.take(trial)
        return surprised

    def _record(self, event: Event, cause: Envelope | None = None) -> Envelope:
        """Puts an event into the commit and brings the state up to it."""
        now = self._clocks.wall()
        if cause is not None and event is cause.event:
            envelope = cause
        else:
            envelope = decided(event, now, self._producer, cause)
        failure = self._learn(event) if isinstance(event, JobFinished | JobRetracted) else None
        self._evolve(event, now)
        self._commit.facts.append(envelope)
        if failure is not None:
            self._record(failure, envelope)
        return envelope

    def _learn(self, event: JobFinished | JobRetracted) -> TrialStopRequested | None:
        """Lets the trial's optimizer know; a failure of the optimizer ends the trial."""
        trial = self._trials.get(event.trial_id)
        if trial is None or trial.state == "stopping":
            return None
        try:
            self._proposing.learn(trial, event)
        except HyperdockError as error:
            return optimizer_failed(event.trial_id, error)
        return None

    def _evolve(self, event: Event, at: float) -> None:
        if isinstance(event, WorkerEvent):
            self._fleet = evolve_fleet(self._fleet, event)
        else:
            self._evolve_trial(event, at)

    def _evolve_trial(self, event: TrialEvent | JobEvent, at: float) -> None:
        if ended := self._ended.get(event.trial_id):
            self._ended[event.trial_id] = evolve_ended(ended, event)
            return
        trial = evolve(self._trials.get(event.trial_id), event, at)
        if isinstance(event, TrialFinished):
            self._forget(trial)
            return
        self._trials[event.trial_id] = trial
        if isinstance(event, JobClaimed):
            ref = AttemptRef(trial_id=event.trial_id, job_id=event.job_id, attempt=event.attempt)
            self._leases.saw_attempts(event.worker_id, [ref], self._clocks.monotonic())

    def _forget(self, trial: Trial) -> None:
        del self._trials[trial.trial_id]
        self._ended[trial.trial_id] = ended_trial(trial)
        self._proposing.forget(trial.trial_id)


def _reject(event: Event, reason: str) -> None:
    _log.debug("event_rejected", type=type_name(event), reason=reason)
