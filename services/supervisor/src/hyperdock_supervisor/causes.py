"""What brought about the things that the decider decides by itself.

A proposal follows from whatever made room for it. Nothing that is decided depends on this: it is
kept to be named in the log, for those who ask later why something happened. Where nothing of this
step (or of what was put off to it) brought it about, no cause is named rather than a likely one.
"""

from collections import deque
from collections.abc import Collection, Sequence
from typing import Final

from hyperdock_common.events import (
    Envelope,
    Event,
    JobFinished,
    JobProposed,
    PointsAdded,
    Succeeded,
    TrialChanged,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerDrainSet,
    WorkerEvent,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)

_OPENS_OWN: Final = (TrialSubmitted, TrialResumed, TrialChanged, PointsAdded)
"""After these a trial may have room for several jobs."""


class Causes:
    """Remembers what was recorded lately that others may follow from."""

    def __init__(self) -> None:
        self._ended: dict[str, deque[Envelope]] = {}
        self._opened: dict[str, Envelope] = {}
        self._latest: dict[str, Envelope] = {}
        self._told: dict[str, dict[float, Envelope]] = {}
        self._slots: Envelope | None = None
        self._known: dict[str, Envelope] = {}
        self._gone: dict[str, Envelope] = {}
        self._noted = 0

    def catch_up(self, collected: Sequence[Envelope]) -> None:
        """Takes in what was added to the commit that is being collected."""
        for each in collected[self._noted :]:
            self._note(each)
        self._noted = len(collected)

    def _note(self, envelope: Envelope) -> None:
        event = envelope.event
        if isinstance(event, WorkerEvent):
            self.note_worker(envelope)
            if isinstance(event, WorkerRegistered) or _takes_jobs_again(event):
                self._slots = envelope
        elif isinstance(event, JobFinished):
            self._latest[event.trial_id] = envelope
            if event.job_id not in self._known:  # which held no slot
                self._ended.setdefault(event.trial_id, deque()).append(envelope)
            if isinstance(event.outcome, Succeeded):
                told = self._told.setdefault(event.trial_id, {})
                told.setdefault(event.outcome.loss, envelope)
        elif isinstance(event, _OPENS_OWN):
            self._opened[event.trial_id] = self._latest[event.trial_id] = envelope
        elif isinstance(event, TrialPaused):
            self._slots = envelope
        elif isinstance(event, JobProposed) and event.origin == "imported":
            self._known[event.job_id] = envelope

    def note_worker(self, envelope: Envelope) -> None:
        """Takes in how a worker went or came; also from history."""
        match envelope.event:
            case WorkerLost(worker_id=worker_id) | WorkerLeft(worker_id=worker_id):
                self._gone[worker_id] = envelope
            case WorkerRegistered(worker_id=worker_id):
                self._gone.pop(worker_id, None)
            case _:
                pass

    def of_proposal(self, trial_id: str) -> Envelope | None:
        """What made room for the next job of a trial.

        Each end of a job that had a slot makes room for one; a submission, a resumption, a change
        or points for as many as there are; else it was a slot that another trial or a worker made
        free.
        """
        if own := self._ended.get(trial_id):
            return own.popleft()
        if opened := self._opened.get(trial_id):
            return opened
        for others in self._ended.values():
            if others:
                return others.popleft()
        return self._slots or self._latest.get(trial_id)

    def of_follow_up(
        self, event: Event, cause: Envelope | None, best: float | None = None
    ) -> Envelope | None:
        """What something follows from that came of itself after `cause`.

        A known result follows from the proposal of its own job; a reached target from the first
        result that is as good as the `best`; and a trial's time being up, from no event.
        """
        match event:
            case JobFinished(job_id=job_id):
                return self._known.get(job_id, cause)
            case TrialStopRequested(trial_id=trial_id, reason="target_loss") if best is not None:
                return self._told.get(trial_id, {}).get(best, cause)
            case TrialStopRequested(reason="wall_time"):
                return None
            case _:
                return cause

    def of_end(self, trial_id: str) -> Envelope | None:
        """What happened last in this step to a trial that has nothing left to do."""
        return self._latest.get(trial_id)

    def of_silence(self, worker_id: str | None) -> Envelope | None:
        """The loss of a worker, or its leaving, if it has not come back since."""
        return None if worker_id is None else self._gone.get(worker_id)

    def next_step(self, *, put_off: bool) -> None:
        """Lets go of the step that was decided, if nothing of it was `put_off` to the next one."""
        self._noted = 0
        self._known.clear()
        if not put_off:
            self._ended.clear()
            self._opened.clear()
            self._latest.clear()
            self._told.clear()
            self._slots = None

    def keep_gone(self, holders: Collection[str | None]) -> None:
        """Lets go of workers that went and hold no lease any more."""
        if self._gone:
            self._gone = {key: each for key, each in self._gone.items() if key in holders}


def _takes_jobs_again(event: WorkerEvent) -> bool:
    return isinstance(event, WorkerDrainSet) and not event.draining
