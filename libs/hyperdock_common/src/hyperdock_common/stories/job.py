"""The story of a job: where it came from, who ran it, what went wrong, and how it ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    Failed,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Pruned,
    RecordedEvent,
    Succeeded,
    WorkerLeft,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.stories.causes import because
from hyperdock_common.stories.outcomes import cancelled, failed, pruned, succeeded
from hyperdock_common.stories.sentence import Result, Sentence, sentence
from hyperdock_common.stories.words import by, job_name, number, numbers, told, why_stopped

_DIGITS: Final = 12
"""Of an image's digest: they are enough to know it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSetting:
    """What the story of a job needs to know of its trial.

    Attributes:
        algorithm: who proposes.
        retries: how many attempts may be lost before the job is.
        maximizes: whether a larger loss is the better one.
        best_before: the best result that there was when this job ended.
        compares: whether that is known; else results are not compared.
        ended_at: when the trial ended.
    """

    algorithm: str
    retries: int = 0
    maximizes: bool = False
    best_before: Result | None = None
    compares: bool = True
    ended_at: float | None = None


def job_story(
    own: Sequence[RecordedEvent], causes: Mapping[str, RecordedEvent], setting: JobSetting
) -> list[Sentence]:
    """A sentence for each event of a job, in order; one for all that it reported in a row.

    Args:
        own: the events of the job, in order.
        causes: the events that they name as their causes, by id, as far as these are known.
        setting: what is known of the trial.
    """
    known = {**causes, **{record.envelope.event_id: record for record in own}}
    telling = _Telling(known, setting)
    return [telling.tell(*group) for group in _grouped(own)]


def _grouped(
    own: Sequence[RecordedEvent],
) -> Iterator[tuple[RecordedEvent, int, RecordedEvent | None]]:
    """Each event, how many it stands for, and what comes after it."""
    count = 0
    for record, after in zip(own, [*own[1:], None], strict=True):
        count += 1
        if after is not None and _reports_on(record) and _reports_on(record) == _reports_on(after):
            continue
        yield record, count, after
        count = 0


def _reports_on(record: RecordedEvent) -> int:
    """The attempt that it is a report of; 0: it is none."""
    return record.event.attempt if isinstance(record.event, MetricReported) else 0


class _Telling:
    """Goes through a job's events, and remembers what the next may follow from."""

    def __init__(self, known: Mapping[str, RecordedEvent], setting: JobSetting) -> None:
        self._known = known
        self._setting = setting
        self._offered: RecordedEvent | None = None
        self._taken: dict[tuple[int, str], RecordedEvent] = {}
        self._stopped: RecordedEvent | None = None
        self._imported = False

    def tell(self, record: RecordedEvent, events: int, after: RecordedEvent | None) -> Sentence:
        """The sentence of an event."""
        event = record.event
        if not isinstance(event, JobEvent):
            raise TypeError(f"{event} is not of a job")
        named = self._known.get(record.envelope.causation_id or "")
        cause = named or self._before(event)
        text = self._text(record, event, named, events, after)
        self._remember(record, event)
        return sentence(record, text, cause, events)

    def _before(self, event: JobEvent) -> RecordedEvent | None:
        """What comes before it in the life of every job, where no cause is named."""
        match event:
            case JobClaimed():
                return self._offered
            case JobStarted() | MetricReported():
                return self._taken.get((event.attempt, event.worker_id))
            case JobFinished(outcome=Cancelled()) if self._stopped is not None:
                return self._stopped
            case JobFinished(worker_id=str(worker_id)):
                return self._taken.get((event.attempt, worker_id))
            case _:
                return None

    def _remember(self, record: RecordedEvent, event: JobEvent) -> None:
        match event:
            case JobProposed(origin=origin):
                self._offered, self._imported = record, origin == "imported"
            case AttemptLost():
                self._offered = record
            case JobClaimed() | JobStarted():
                self._taken[event.attempt, event.worker_id] = record
            case JobStopRequested():
                self._stopped = record
            case _:
                pass

    def _text(
        self,
        record: RecordedEvent,
        event: JobEvent,
        named: RecordedEvent | None,
        events: int,
        after: RecordedEvent | None,
    ) -> str:
        why = because(named, event.trial_id)
        match event:
            case JobProposed():
                return self._proposed(event, named)
            case JobClaimed(worker_id=worker_id, slot=slot):
                again = f"attempt {event.attempt} " if event.attempt > 1 else ""
                return f"{again}claimed by {worker_id}, slot {slot + 1}"
            case JobStarted(runner=runner):
                return f"started{_where(runner)}"
            case MetricReported(step=step, values=values):
                so_often = f"{events:,} times, the last at" if events > 1 else "at"
                return f"reported {so_often} step {step}{told(numbers(values))}"
            case AttemptLost():
                return self._lost(event, named, after)
            case JobStopRequested(reason=reason):
                return _stop(reason, by(record.envelope), why)
            case JobFinished():
                return self._finished(event, named)
            case JobRetracted(reason=reason):
                return f"result retracted{by(record.envelope)}{told(reason)}{self._anew(record)}"
            case _:
                assert_never(event)

    def _proposed(self, event: JobProposed, named: RecordedEvent | None) -> str:
        why = because(named, event.trial_id)
        if named is not None and isinstance(named.event, JobFinished):
            why += " and left room"
        return f"{_origin(event, self._setting.algorithm)}{why}".rstrip(",")

    def _lost(
        self, event: AttemptLost, named: RecordedEvent | None, after: RecordedEvent | None
    ) -> str:
        cause = None if named is None else named.event
        left = " (it had left before)" if isinstance(cause, WorkerLeft) else ""
        text = f"attempt {event.attempt} on {event.worker_id} lost: {event.reason}{left}"
        if self._stopped is not None or isinstance(cause, JobFinished) or _ends_waiting(after):
            return text
        retries = self._setting.retries
        if event.attempt > retries:
            return f"{text}; no attempt is left"
        return f"{text}; attempt {event.attempt + 1} offered: retry {event.attempt} of {retries}"

    def _finished(self, event: JobFinished, named: RecordedEvent | None) -> str:
        match event.outcome:
            case Succeeded(loss=loss):
                return f"{self._how(event)}: {self._result(loss)}"
            case Failed() as outcome:
                return failed(outcome, is_told=self._stopped is None)
            case Pruned(step=step):
                return pruned(step)
            case Cancelled(reason=reason):
                why = because(named or self._why_stopped(), event.trial_id)
                return cancelled(reason, why, waited=event.worker_id is None)
            case _:
                assert_never(event.outcome)

    def _result(self, loss: float) -> str:
        setting = self._setting
        if not setting.compares:
            return f"loss {number(loss)}"
        return succeeded(loss, setting.best_before, maximizes=setting.maximizes)

    def _why_stopped(self) -> RecordedEvent | None:
        """What was behind the stop of a job: the end of its trial, or the stop itself."""
        if self._stopped is None:
            return None
        return self._known.get(self._stopped.envelope.causation_id or "") or self._stopped

    def _how(self, event: JobFinished) -> str:
        """How it comes that there is a result."""
        if self._imported:
            return "evaluated elsewhere"
        lost = None if self._offered is None else self._offered.event
        if isinstance(lost, AttemptLost) and lost.attempt >= event.attempt:
            return f"attempt {event.attempt} came back and ended"
        return "ended"

    def _anew(self, record: RecordedEvent) -> str:
        """What a retraction does to an optimizer, if that is still there."""
        ended = self._setting.ended_at
        if ended is not None and ended <= record.recorded_at:
            return ""
        return "; the optimizer began anew without it"


def _origin(event: JobProposed, algorithm: str) -> str:
    """Who wanted a job."""
    match event.origin:
        case "optimizer":
            return f"proposed as job {event.number} by the optimizer ({algorithm})"
        case "retry":
            again = job_name(event.retry_of or "", event.trial_id)
            return f"proposed as job {event.number}, {again} once more,"
        case "imported":
            return f"entered as job {event.number}, evaluated elsewhere,"
        case "enqueued":
            return f"proposed as job {event.number}, a point that a user wants to be run,"
        case _:
            assert_never(event.origin)


def _stop(reason: str, who: str, why: str) -> str:
    """A job is to stop: somebody wants it, or its trial ends."""
    if reason == "user" and not why:
        return f"a stop was asked for{who}"
    word = why_stopped(reason)
    return f"to be stopped{why or (word and f' because {word}')}"


def _ends_waiting(after: RecordedEvent | None) -> bool:
    """Whether a job is ended next without having been offered again."""
    event = None if after is None else after.event
    return isinstance(event, JobFinished) and event.worker_id is None


def _where(runner: JsonObject) -> str:
    """Where a target runs, as far as its runner says."""
    host = f" on {runner['host']}" if runner.get("host") else ""
    if container := runner.get("container"):
        digest = str(runner.get("image_digest") or "").rpartition(":")[2][:_DIGITS]
        image = f" of image {runner['image']}" if runner.get("image") else ""
        return f" in container {container}{image}{f' ({digest}…)' if digest else ''}{host}"
    if pid := runner.get("pid"):
        return f" as process {pid}{host}"
    return host
