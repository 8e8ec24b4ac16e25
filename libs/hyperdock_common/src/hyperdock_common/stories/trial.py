"""The story of a trial: what people did with it, what went wrong, each new best, and its end.

Bounded, however long the trial is: of what happens often only the first and the last are told.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Final, assert_never

from hyperdock_common.events import (
    AttemptLost,
    Failed,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    RecordedEvent,
    Succeeded,
    TrialEvent,
    TrialFinished,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.stories.causes import because
from hyperdock_common.stories.outcomes import failed, succeeded
from hyperdock_common.stories.sentence import Result, Sentence, sentence
from hyperdock_common.stories.steering import steered
from hyperdock_common.stories.thinning import Line, Told
from hyperdock_common.stories.words import by, counted, job_name, number, told, why_stopped

_MOST: Final = 20
_RECENT: Final = 500
"""An event follows from one that is not far away; others have to be looked for."""

_MORE: Final = {
    "best": "results that were each the best so far",
    "failed": "jobs failed",
    "lost": "attempts were lost",
    "retracted": "results were retracted",
    "stopped": "jobs were to be stopped",
    "versions": "changes of the optimizer's versions",
    "steered": "changes by users",
    "life": "of these",
}
"""What is said of those that are left out, by kind."""


class TrialStory:
    """Takes in the events of a trial's stream, in order."""

    def __init__(self, most: int = _MOST) -> None:
        self._lines = {kind: Line(most) for kind in _MORE}
        self._recent: OrderedDict[str, RecordedEvent] = OrderedDict()
        self._ends: Counter[str] = Counter()
        self._results: dict[int, float] = {}
        self._best: Result | None = None
        self._maximizes = False
        self._claimed = False
        self._ended = False
        self._is_to_end = False  # and the story has said why
        self._versions: Mapping[str, str] = {}

    def add(self, record: RecordedEvent) -> None:
        """Takes in the next event."""
        event = record.event
        if isinstance(event, TrialEvent):
            self._add_trial(record, event)
        elif isinstance(event, JobEvent):
            self._add_job(record, event)
        self._recent[record.envelope.event_id] = record
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)

    def unknown(self) -> set[str]:
        """The ids of the causes that are still to be found."""
        return {
            each.record.envelope.causation_id
            for each in self._told()
            if each.cause is None and each.events == 1 and each.record.envelope.causation_id
        }

    def sentences(self, causes: Mapping[str, RecordedEvent]) -> list[Sentence]:
        """The story; `causes` are those that were found, by id."""
        return [_sentence(each, causes) for each in self._told()]

    def _told(self) -> list[Told]:
        everything = [each for kind, line in self._lines.items() for each in line.told(_MORE[kind])]
        return sorted(everything, key=lambda each: each.record.position)

    def _tell(self, kind: str, record: RecordedEvent, text: str, tail: str | None = None) -> None:
        cause = self._recent.get(record.envelope.causation_id or "")
        self._lines[kind].add(Told(record=record, text=text, tail=tail, cause=cause))

    def _add_trial(self, record: RecordedEvent, event: TrialEvent) -> None:
        match event:
            case TrialSubmitted(spec=spec):
                self._maximizes = spec.get("objective") == "maximize"
                self._tell("life", record, steered(event, record.envelope))
            case TrialStopRequested(end=end, reason=reason, message=message):
                if reason == "user":
                    self._tell("life", record, f"a stop was asked for{by(record.envelope)}")
                else:
                    self._is_to_end = True
                    tail = told(why_stopped(reason, message))
                    self._tell("life", record, f"to end as {end}", tail)
            case TrialFinished(end=end, reason=reason, message=message):
                self._ended = True
                why = "" if self._is_to_end else told(why_stopped(reason, message))
                tail = f"{why}; {self._summary()}"
                self._tell("life", record, f"ended as {end}", tail)
            case _:
                self._tell("steered", record, steered(event, record.envelope))

    def _add_job(self, record: RecordedEvent, event: JobEvent) -> None:
        name = job_name(event.job_id, event.trial_id)
        match event:
            case JobProposed(versions=versions):
                if versions and versions != self._versions:
                    self._versions = versions
                    self._tell("versions", record, _proposing(name, versions), "")
            case JobClaimed(worker_id=worker_id):
                if not self._claimed:
                    self._claimed = True
                    self._tell("life", record, f"{name}, the first, claimed by {worker_id}")
            case AttemptLost(attempt=attempt, worker_id=worker_id, reason=reason):
                text = f"attempt {attempt} of {name} on {worker_id} lost: {reason}"
                self._tell("lost", record, text)
            case JobStopRequested() if record.envelope.causation_id is None:
                self._tell("stopped", record, f"{name} to be stopped{by(record.envelope)}")
            case JobFinished():
                self._finish(record, event, name)
            case JobRetracted():
                self._retract(record, event, name)
            case JobStarted() | MetricReported() | JobStopRequested():
                pass
            case _:
                assert_never(event)

    def _finish(self, record: RecordedEvent, event: JobFinished, name: str) -> None:
        self._ends[outcome_name(event.outcome)] += 1
        match event.outcome:
            case Succeeded(loss=loss):
                job = _number_of(event.job_id)
                self._results[job] = loss
                text = succeeded(loss, self._best, maximizes=self._maximizes)
                if self._is_best(loss):
                    self._best = Result(number=job, loss=loss)
                    self._tell("best", record, f"{name}: {text}")
            case Failed() as outcome:
                self._tell("failed", record, f"{name} {failed(outcome, is_told=False)}")
            case _:
                pass

    def _retract(self, record: RecordedEvent, event: JobRetracted, name: str) -> None:
        loss = self._results.pop(_number_of(event.job_id), None)
        better = max if self._maximizes else min
        best = better(self._results, key=lambda job: self._results[job], default=None)
        self._best = None if best is None else Result(number=best, loss=self._results[best])
        had = "" if loss is None else f" (loss {number(loss)})"
        text = f"result of {name}{had} retracted{by(record.envelope)}{told(event.reason)}"
        anew = "" if self._ended else "; the optimizer began anew without it"
        self._tell("retracted", record, f"{text}{anew}; {self._standing()}")

    def _is_best(self, loss: float) -> bool:
        if self._best is None:
            return True
        return loss > self._best.loss if self._maximizes else loss < self._best.loss

    def _standing(self) -> str:
        if self._best is None:
            return "no result is left"
        return f"the best is {number(self._best.loss)} of job {self._best.number}"

    def _summary(self) -> str:
        total = counted(self._ends.total(), "job")
        parts = ", ".join(f"{count:,} {name}" for name, count in self._ends.most_common())
        best = f"; {self._standing()}" if self._best is not None else ""
        return f"{total}{f' ({parts})' if parts else ''}{best}"


def _sentence(each: Told, causes: Mapping[str, RecordedEvent]) -> Sentence:
    envelope = each.record.envelope
    cause = each.cause
    if cause is None and each.events == 1:
        cause = causes.get(envelope.causation_id or "")
    trial_id = envelope.stream.partition("-")[2]
    why = "" if each.tail is None else f"{because(cause, trial_id)}{each.tail}"
    return sentence(each.record, f"{each.text}{why}", cause, each.events)


def _proposing(name: str, versions: Mapping[str, str]) -> str:
    libraries = ", ".join(f"{library} {version}" for library, version in versions.items())
    return f"{name} proposed with {libraries}"


def _number_of(job_id: str) -> int:
    digits = job_id.rpartition(".")[2]
    return int(digits) if digits.isdecimal() else 0
