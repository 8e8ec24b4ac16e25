"""Jobs as tables and pages."""

from collections.abc import Sequence

from hyperdock_cli.api_client import Doc
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table, fields

_ROWS = 8
_METRICS = 100


def job_list(jobs: Sequence[Doc]) -> list[Part]:
    """Jobs of a trial, one a row."""
    if not jobs:
        return ["no such jobs"]
    rows = [
        (
            str(job["number"]),
            _short_state(job),
            formats.loss(job["loss"]),
            seconds_run(job),
            _origin(job),
            _params(job),
        )
        for job in jobs
    ]
    headings = ("job", "state", "loss", "took", "from", "params")
    return [Table(headings=headings, rows=rows, numbers=frozenset(("job", "loss", "took")))]


def file_list(job_id: str, files: Sequence[Doc]) -> list[Part]:
    """The files that a job left, one a row."""
    if not files:
        return [f"job {job_id} has left no files"]
    rows = [(formats.printable(each["path"]), formats.size(each["size"])) for each in files]
    return [Table(headings=("file", "size"), rows=rows, numbers=frozenset(("size",)))]


def best_table(jobs: Sequence[Doc]) -> Table:
    """The best jobs, best first."""
    rows = [
        (str(job["number"]), formats.loss(job["loss"]), seconds_run(job), _params(job))
        for job in jobs
    ]
    return Table(
        title="best jobs",
        headings=("job", "loss", "took", "params"),
        rows=rows,
        numbers=frozenset(("job", "loss", "took")),
    )


def running_table(running: Sequence[Doc], now: float) -> Table:
    """The jobs that run, the longest-running first."""
    jobs = sorted((each for each in running if each["state"] == "running"), key=_since)
    rows = [
        (str(job["number"]), formats.duration(now - (job.get("since") or now)), _params(job))
        for job in jobs[:_ROWS]
    ]
    if len(jobs) > _ROWS:
        rows.append(("…", "", f"and {len(jobs) - _ROWS} more"))
    return Table(
        title="running jobs",
        headings=("job", "for", "params"),
        rows=rows,
        numbers=frozenset(("job", "for")),
        passing=frozenset(("for",)),
    )


def job_page(job: Doc) -> list[Part]:
    """One job: its fields and its attempts."""
    metrics = formats.params(job["metrics"])
    parts: list[Part] = [
        fields(
            [
                ("job", job["job_id"]),
                ("state", _state(job)),
                ("params", formats.params(job["params"])),
                ("from", _origin(job)),
                ("loss", "" if job["loss"] is None else formats.exact(job["loss"])),
                ("retracted", _retracted(job)),
                ("metrics", formats.short(metrics, _METRICS)),
                ("last metric", _last_metric(job["last_metric"])),
                ("worker", job["worker_id"] or ""),
                ("proposed", formats.moment(job["proposed_at"])),
                ("finished", formats.moment(job["finished_at"]) if job["finished_at"] else ""),
                ("took", seconds_run(job) if job["finished_at"] else ""),
            ]
        )
    ]
    if job["attempts"]:
        parts.append(_attempts(job))
    parts.append(f"log: `hyperdock job logs {job['job_id']}`")
    return parts


def _last_metric(last: Doc | None) -> str:
    return f"step {last['step']}: {formats.params(last['values'])}" if last else ""


def seconds_run(job: Doc) -> str:
    """How long a job that ended has run."""
    started, finished = job["started_at"], job["finished_at"]
    return formats.duration(finished - started if started and finished else None)


def _state(job: Doc) -> str:
    why = ": ".join(formats.printable(job[name]) for name in ("reason", "message") if job[name])
    return f"{job['state']} ({why})" if why else str(job["state"])


def _attempts(job: Doc) -> Table:
    rows = [
        (
            str(each["attempt"]),
            str(each["worker_id"]),
            str(each["slot"]),
            formats.moment(each["started_at"]),
            formats.moment(each["ended_at"]),
            formats.printable(each["lost"] or _exit(each)),
        )
        for each in job["attempts"]
    ]
    headings = ("attempt", "worker", "slot", "started", "ended", "how")
    return Table(headings=headings, rows=rows, numbers=frozenset(("attempt", "slot")))


def _exit(attempt: Doc) -> str:
    how = attempt.get("exit") or {}
    return formats.params(how) if how else ""


def _params(job: Doc) -> str:
    return formats.params(job["params"])


def _since(job: Doc) -> float:
    return float(job.get("since") or 0.0)


def _short_state(job: Doc) -> str:
    return "retracted" if job.get("retracted") else str(job["state"])


def _origin(job: Doc) -> str:
    again = f" of {job['retry_of'].rpartition('.')[2]}" if job.get("retry_of") else ""
    return f"{job.get('origin', 'optimizer')}{again}"


def _retracted(job: Doc) -> str:
    taken = job.get("retracted")
    if not taken:
        return ""
    why = formats.printable(taken["reason"])
    return f"the loss was {formats.exact(taken['loss'])}" + (f": {why}" if why else "")
