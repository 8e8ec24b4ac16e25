"""Every operation of the API, as a call. What a transport sends and both clients share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from hyperdock_client import documents as doc
from hyperdock_client.documents import Json
from hyperdock_client.requests import (
    Call,
    document,
    documents,
    get,
    nothing,
    path,
    plain,
    post,
)

_ASK_MARGIN = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogChunk:
    """A piece of an attempt's log, and the offset at which the next one begins."""

    data: bytes
    next_offset: int
    attempt: int


def health() -> Call[doc.Health]:
    """Whether the gateway is well."""
    return get(document(doc.Health), "/health")


def me() -> Call[doc.Me]:
    """Who asks."""
    return get(document(doc.Me), "/me")


def policy() -> Call[Json]:
    """What the operator allows."""
    return get(plain, "/policy")


def retention() -> Call[Json]:
    """How long and how much of the targets' logs is kept."""
    return get(plain, "/retention")


def set_aside() -> Call[list[Json]]:
    """Messages that nobody could make sense of."""
    return get(plain, "/set-aside").then(lambda found: list(found["items"]))


def ticket() -> Call[doc.Ticket]:
    """A one-time ticket for the live feed."""
    return post(document(doc.Ticket), "/tickets", repeatable=True)


def submit(body: Any, media: str, key: str) -> Call[doc.TrialInfo]:
    """Submits a trial."""
    call = post(document(doc.TrialInfo), "/trials", body, key=key)
    return _of_type(call, media)


def validate(body: Any, media: str) -> Call[doc.Validation]:
    """Looks at a trial document without submitting it."""
    call = post(document(doc.Validation), "/trials/validate", body, repeatable=True)
    return _of_type(call, media)


def trials(**query: Any) -> Call[Json]:
    """A page of trials."""
    return get(plain, "/trials", **query)


def trial(trial_id: str, **query: Any) -> Call[doc.TrialInfo]:
    """One trial."""
    return get(document(doc.TrialInfo), path("trials", trial_id), **query)


def spec(trial_id: str, **query: Any) -> Call[Json]:
    """A trial's spec in full."""
    return get(plain, path("trials", trial_id, "spec"), **query)


def trial_file(trial_id: str, **query: Any) -> Call[str]:
    """A trial as a YAML file that can be submitted."""
    asked = path("trials", trial_id, "spec")
    return get(lambda answer: answer.text, asked, format="yaml", **query)


def why_trial(trial_id: str, **query: Any) -> Call[doc.Why]:
    """A trial's story."""
    return get(document(doc.Why), path("trials", trial_id, "why"), **query)


def why_job(job_id: str, **query: Any) -> Call[doc.Why]:
    """A job's story."""
    return get(document(doc.Why), path("jobs", job_id, "why"), **query)


def steer(trial_id: str, verb: str) -> Call[doc.TrialInfo]:
    """Asks to `stop`, `pause` or `resume` a trial."""
    return post(document(doc.TrialInfo), path("trials", trial_id, verb))


def change(trial_id: str, **fields: Any) -> Call[doc.TrialInfo]:
    """Changes what may be changed of a trial."""
    body = {name: value for name, value in fields.items() if value is not None}
    place = path("trials", trial_id)
    return Call(method="PATCH", path=place, read=document(doc.TrialInfo), body=body)


def clone(trial_id: str, changes: Mapping[str, Any], key: str) -> Call[doc.TrialInfo]:
    """Submits a trial like another one."""
    place, body = path("trials", trial_id, "clone"), {"changes": changes}
    return post(document(doc.TrialInfo), place, body, key=key)


def fork(trial_id: str, body: Mapping[str, Any], key: str) -> Call[doc.TrialInfo]:
    """Submits a trial that goes on from a moment of another one."""
    return post(document(doc.TrialInfo), path("trials", trial_id, "fork"), body, key=key)


def add_points(trial_id: str, points: Sequence[Any], key: str) -> Call[list[doc.Point]]:
    """Adds params to run, or known results."""
    place = path("trials", trial_id, "points")
    return post(documents(doc.Point, "points"), place, {"points": points}, key=key)


def export(trial_id: str, kind: str, **query: Any) -> Call[None]:
    """A trial as a file."""
    return get(nothing, path("trials", trial_id, "export"), format=kind, **query)


def best_archive(trial_id: str) -> Call[None]:
    """The files of a trial's best job."""
    return get(nothing, path("trials", trial_id, "best", "archive"))


def jobs(trial_id: str | None, /, **query: Any) -> Call[Json]:
    """A page of jobs: of a trial, or of all."""
    return get(plain, "/jobs" if trial_id is None else path("trials", trial_id, "jobs"), **query)


def columns(trial_id: str, **query: Any) -> Call[Json]:
    """Some of a trial's jobs, field by field."""
    return get(plain, path("trials", trial_id, "columns"), **query)


def job(job_id: str, **query: Any) -> Call[doc.JobInfo]:
    """One job."""
    return get(document(doc.JobInfo), path("jobs", job_id), **query)


def stop_job(job_id: str) -> Call[doc.JobInfo]:
    """Asks to end a job."""
    return post(document(doc.JobInfo), path("jobs", job_id, "stop"))


def retry_job(job_id: str, key: str) -> Call[doc.Point]:
    """Runs a job's params once more."""
    return post(document(doc.Point), path("jobs", job_id, "retry"), key=key)


def retract_job(job_id: str, reason: str) -> Call[doc.JobInfo]:
    """Takes a job's loss out of the trial."""
    body = {"reason": reason} if reason else {}
    return post(document(doc.JobInfo), path("jobs", job_id, "retract"), body)


def log(job_id: str, attempt: int | None = None, offset: int = 0) -> Call[LogChunk]:
    """A piece of a log; a negative offset counts from its end."""

    def read(answer: httpx.Response) -> LogChunk:
        following = answer.headers.get("X-Log-Next", max(offset, 0) + len(answer.content))
        told = answer.headers.get("X-Log-Attempt", attempt or 0)
        return LogChunk(data=answer.content, next_offset=int(following), attempt=int(told))

    return get(read, path("jobs", job_id, "log"), attempt=attempt, offset=offset)


def log_file(job_id: str, attempt: int | None = None) -> Call[None]:
    """A log as a whole."""
    return get(nothing, path("jobs", job_id, "log", "download"), attempt=attempt)


def metrics(job_id: str, **query: Any) -> Call[Json]:
    """A page of what a job reported while it ran."""
    return get(plain, path("jobs", job_id, "metrics"), **query)


def files(job_id: str) -> Call[list[doc.FileInfo]]:
    """The files that a job left."""
    return get(documents(doc.FileInfo), path("jobs", job_id, "files"))


def file(job_id: str, name: str) -> Call[None]:
    """One of them."""
    return get(nothing, path("jobs", job_id, "files", *name.split("/")))


def archive(job_id: str) -> Call[None]:
    """All of them in one."""
    return get(nothing, path("jobs", job_id, "archive"))


def workers(**query: Any) -> Call[Json]:
    """A page of workers."""
    return get(plain, "/workers", **query)


def worker(worker_id: str, **query: Any) -> Call[doc.WorkerInfo]:
    """One worker."""
    return get(document(doc.WorkerInfo), path("workers", worker_id), **query)


def steer_worker(worker_id: str, verb: str) -> Call[doc.WorkerInfo]:
    """Asks to `drain` or `undrain` a worker."""
    return post(document(doc.WorkerInfo), path("workers", worker_id, verb))


def history(**query: Any) -> Call[Json]:
    """A page of events."""
    return get(plain, "/events", **query)


def event(named: str) -> Call[doc.Event]:
    """One event."""
    return get(document(doc.Event), path("events", named))


def evaluate(trial_id: str, name: str | None, slots: int) -> Call[doc.Registration]:
    """Makes us an evaluator of a trial."""
    body = {"slots": slots} | ({"name": name} if name else {})
    return post(document(doc.Registration), path("trials", trial_id, "evaluators"), body)


def ask(evaluator_id: str, wait: float) -> Call[doc.Asked | None]:
    """The next job, None where there is none now."""

    def read(answer: httpx.Response) -> doc.Asked | None:
        return None if answer.status_code == httpx.codes.NO_CONTENT else document(doc.Asked)(answer)

    place = path("evaluators", evaluator_id, "ask")
    return Call(
        method="POST", path=place, read=read, body={"wait": wait}, patience=wait + _ASK_MARGIN
    )


def beat(evaluator_id: str, attempts: Sequence[Json]) -> Call[doc.Beat]:
    """Says which attempts go on."""
    place = path("evaluators", evaluator_id, "heartbeat")
    return post(document(doc.Beat), place, {"attempts": attempts}, repeatable=True)


def report(evaluator_id: str, **body: Any) -> Call[None]:
    """An intermediate value."""
    return post(nothing, path("evaluators", evaluator_id, "report"), body, repeatable=True)


def tell(evaluator_id: str, **body: Any) -> Call[doc.JobInfo]:
    """How a job ended."""
    place = path("evaluators", evaluator_id, "tell")
    return post(document(doc.JobInfo), place, body, repeatable=True)


def leave(evaluator_id: str) -> Call[None]:
    """Ends being an evaluator."""
    place = path("evaluators", evaluator_id)
    return Call(method="DELETE", path=place, read=nothing, repeatable=True)


def _of_type(call: Call[Any], media: str) -> Call[Any]:
    return replace(call, headers={**call.headers, "Content-Type": media})
