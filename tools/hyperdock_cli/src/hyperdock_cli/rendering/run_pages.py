"""What `hyperdock run` says before, when it leaves, and at the end."""

from collections.abc import Sequence

from hyperdock_cli.api_client import Doc
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.jobs import best_table
from hyperdock_cli.rendering.tables import Part, fields
from hyperdock_cli.rendering.trials import best_line, counts, state


def banner(trial: Doc, system: str, *, goes_on: bool) -> str:
    """What runs, as what, on which system, and where its results will be."""
    seed = f"{trial['algorithm']}, seed {trial['seed']}"
    done = f"goes on with {counts(trial)}" if goes_on else ""
    return fields(
        [
            ("trial", trial["trial_id"]),
            ("", done),
            ("target", formats.target(trial)),
            ("jobs are", "Docker containers" if trial["image"] else "local processes"),
            ("system", system),
            ("algorithm", seed),
            ("results", trial.get("location") or ""),
        ]
    )


def left_line(trial: Doc, again: str, *, elsewhere: bool) -> str:
    """What becomes of a trial that is left."""
    trial_id = trial["trial_id"]
    if elsewhere:
        return (
            f"left: the trial goes on; `hyperdock trial show {trial_id}` shows it, "
            f"`{again}` watches it again"
        )
    running = trial["jobs"]["running"]
    jobs = {0: "no job was running", 1: "1 running job goes on"}.get(
        running, f"{running} running jobs go on"
    )
    return f"left: {jobs}; `{again}` goes on with the trial"


def summary(trial: Doc, best: Sequence[Doc]) -> list[Part]:
    """How a trial ended."""
    started, finished = trial["started_at"], trial["finished_at"]
    took = finished - started if started and finished else None
    parts: list[Part] = [
        fields(
            [
                ("trial", trial["trial_id"]),
                ("state", state(trial)),
                ("jobs", counts(trial)),
                ("time", formats.duration(took)),
                ("results", trial.get("location") or ""),
                ("best", best_line(trial)),
            ]
        )
    ]
    return [*parts, best_table(best)] if best else parts


def why_failed(count: int, job: Doc, location: str | None) -> str:
    """The commonest failure of a trial, and where to read more."""
    reason, message = job["reason"], formats.printable(job["message"])
    logs = f"`hyperdock job logs {job['job_id']}` (while `hyperdock up` runs)"
    folder = f" or {location}/{job['job_id']}" if location else ""
    many = f"{count} job{'s' * (count > 1)} failed"
    return f"{many} with {reason}: {message}\n  see {logs}{folder}"
