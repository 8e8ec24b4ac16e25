"""Why a job or a trial is as it is: its events as a story, each with what it follows from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from hyperdock_common.events import JobEvent, JobFinished, JobRetracted, RecordedEvent
from hyperdock_common.history import history
from hyperdock_common.projections.trials import MOST_IMPROVEMENTS
from hyperdock_common.stories import JobSetting, Result, Sentence, job_story, proposal_id
from hyperdock_gateway.api import Answer, Call, Operation
from hyperdock_gateway.api.documents.why import Why
from hyperdock_gateway.jobs import find_job
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

MOST_EVENTS: Final = 50_000
"""Of a trial's events so many are looked through for those of one job."""


def why_job(call: Call[None, None]) -> Answer:
    """A job's story."""
    services, log = call.services, call.services.log
    job: Any = find_job(services, call.path["job_id"])
    head = log.head()
    own, whole = _own_events(services, job, head)
    known = {record.envelope.event_id for record in own}
    named = {record.envelope.causation_id for record in own} - known
    found = [log.find(each) for each in named if each is not None]
    causes = {each.envelope.event_id: each for each in found if each is not None}
    return _told(job_story(own, causes, _setting(services, job)), head, whole=whole)


def why_trial(call: Call[None, None]) -> Answer:
    """A trial's story."""
    services = call.services
    trial: Any = find_trial(services, call.path["trial_id"])
    head = services.log.head()
    story = services.stories.story(services.log, trial["trial_id"], head)
    return _told(story, head, whole=True)


def _told(story: Sequence[Sentence], head: int, *, whole: bool) -> Answer:
    items = [asdict(each) for each in story]
    return Answer({"items": items, "whole": whole, "position": head}, position=head)


def _own_events(
    services: Services, job: Mapping[str, Any], head: int
) -> tuple[list[RecordedEvent], bool]:
    """The events of a job, and whether these are all.

    The log is read from the job's proposal on, up to what its document tells of last.
    """
    log, trial_id, job_id = services.log, job["trial_id"], job["job_id"]
    proposal = log.find(proposal_id(trial_id, job_id))
    after = proposal.position - 1 if proposal else 0
    last = JobFinished if job["retracted"] is None else JobRetracted
    own: list[RecordedEvent] = []
    records = history(log, after=after, to=head, stream=f"trial-{trial_id}")
    for looked, record in enumerate(records):
        if looked == MOST_EVENTS:
            return own, False
        if isinstance(record.event, JobEvent) and record.event.job_id == job_id:
            own.append(record)
            if isinstance(record.event, last):
                break
    return own, True


def _setting(services: Services, job: Mapping[str, Any]) -> JobSetting:
    trial: Any = find_trial(services, job["trial_id"])
    spec: Any = services.views.get("specs", job["trial_id"]) or {}
    steps = trial["improvements"]
    return JobSetting(
        algorithm=trial["algorithm"],
        retries=spec.get("retries", 0),
        maximizes=trial["objective"] == "maximize",
        best_before=_best_before(steps, job, maximizes=trial["objective"] == "maximize"),
        compares=len(steps) <= MOST_IMPROVEMENTS // 2 and not trial["jobs"]["retracted"],
        ended_at=trial["finished_at"],
    )


def _best_before(
    steps: Sequence[Mapping[str, Any]], job: Mapping[str, Any], *, maximizes: bool
) -> Result | None:
    """The step of the best loss that came before a job's own, or before its end.

    Steps are in the order of the log, and their times are those of several hosts: a job that made
    none ended behind one that is at least as good, whatever the clocks say.
    """
    if job["loss"] is None:
        return None
    sign = -1 if maximizes else 1
    is_step = any(step["number"] == job["number"] for step in steps)
    best: Mapping[str, Any] | None = None
    for step in steps:
        if step["number"] == job["number"]:
            break
        is_worse = best is not None and sign * job["loss"] >= sign * best["loss"]
        if not is_step and is_worse and step["at"] > job["finished_at"]:
            break
        best = step
    return None if best is None else Result(number=best["number"], loss=best["loss"])


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/jobs/{job_id}/why",
        id="why_job",
        summary="Tell why a job is as it is",
        handler=why_job,
        scope="read",
        answers={200: Why},
        tags=("jobs",),
        reads="jobs",
        description="Its events in words, in order: why it was proposed, who claimed it, what was "
        "lost and offered again, how it ended; each with the event that it follows from.",
    ),
    Operation(
        method="GET",
        path="/trials/{trial_id}/why",
        id="why_trial",
        summary="Tell why a trial is as it is",
        handler=why_trial,
        scope="read",
        answers={200: Why},
        tags=("trials",),
        reads="trials",
        description="Its life in words: what people did with it, what went wrong, each new best "
        "loss, and why it ended. Of what happens often the first and the last are told.",
    ),
)
