"""Trials as tables and summaries."""

from collections.abc import Sequence

from hyperdock_cli.api_client import Doc
from hyperdock_cli.progress import ENDED_JOBS, ended_here
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.jobs import best_table, running_table
from hyperdock_cli.rendering.tables import Part, Table, fields

_NAME_WIDTH = 32
_NOTES_WIDTH = 80


def trial_list(trials: Sequence[Doc], now: float) -> list[Part]:
    """All trials, one a row."""
    if not trials:
        return ["no trials yet; start one with `hyperdock run trial.yaml`"]
    rows = [
        (
            trial["trial_id"],
            formats.short(trial["name"], _NAME_WIDTH),
            trial["state"],
            done(trial),
            str(trial["jobs"]["failed"]),
            formats.loss(best_loss(trial)),
            formats.ago(trial["submitted_at"], now),
            formats.short(", ".join(_labels(trial)), _NAME_WIDTH),
        )
        for trial in trials
    ]
    headings = ("trial", "name", "state", "jobs", "failed", "best loss", "submitted", "tags")
    if not any(row[-1] for row in rows):
        headings, rows = headings[:-1], [row[:-1] for row in rows]  # type: ignore[assignment,misc]
    numbers = frozenset(("jobs", "failed", "best loss"))
    passing = frozenset(("submitted",))
    return [Table(headings=headings, rows=rows, numbers=numbers, passing=passing)]


def trial_page(trial: Doc, best: Sequence[Doc], failure: Doc | None, now: float) -> list[Part]:
    """One trial: its fields, what runs, its best jobs, its last failure."""
    budget = {name: value for name, value in trial["budget"].items() if value is not None}
    parts: list[Part] = [
        fields(
            [
                ("trial", trial["trial_id"]),
                ("name", formats.printable(trial["name"])),
                ("state", state(trial)),
                ("target", formats.target(trial)),
                ("objective", trial["objective"]),
                ("algorithm", f"{trial['algorithm']} (seed {trial['seed']})"),
                ("budget", formats.params(budget) or "none"),
                ("parallelism", str(trial["parallelism"])),
                ("priority", str(trial.get("priority") or "")),
                ("forked from", _forked_from(trial)),
                ("tags", formats.printable(", ".join(_labels(trial)))),
                ("jobs", counts(trial)),
                ("submitted", formats.moment(trial["submitted_at"])),
                ("finished", formats.moment(trial["finished_at"]) if is_ended(trial) else ""),
                ("results", trial.get("location") or ""),
                ("best loss", best_line(trial)),
                ("notes", formats.short(trial.get("notes") or "", _NOTES_WIDTH)),
            ]
        )
    ]
    if trial.get("running"):
        parts.append(running_table(trial["running"], now))
    if best:
        parts.append(best_table(best))
    if failure is not None:
        parts.append(failure_line(failure))
    return parts


def _forked_from(trial: Doc) -> str:
    """The moment that it began with, and what it took from there; empty where it did not."""
    moment = trial.get("forked_from")
    if moment is None:
        return ""
    left_out = ", ".join(
        f"{count:,} {reason.replace('_', ' ')}" for reason, count in moment["left_out"].items()
    )
    results = f"{moment['results']:,} results" + (f" (left out: {left_out})" if left_out else "")
    return f"{moment['trial_id']} at position {moment['position']:,}, with {results}"


def state(trial: Doc) -> str:
    """A trial's state, with why."""
    why = formats.printable(trial["message"] or trial["reason"])
    return f"{trial['state']} ({why})" if why else str(trial["state"])


def done(trial: Doc) -> str:
    """How many jobs have ended, of how many."""
    ended = ended_here(trial)
    total = trial["budget"].get("jobs")
    return f"{ended}/{total}" if total else str(ended)


def counts(trial: Doc) -> str:
    """How many jobs are in which state; those that there are none of are left out."""
    names = ("running", "pending", *ENDED_JOBS, "queued", "imported", "retracted", "attempts_lost")
    words = [f"{trial['jobs'][name]} {name}" for name in names if trial["jobs"].get(name)]
    return f"{done(trial)} done" + (f": {', '.join(words)}" if words else "")


def best_loss(trial: Doc) -> float | None:
    """The best loss so far."""
    return trial["best"]["loss"] if trial["best"] else None


def best_line(trial: Doc) -> str:
    """The best job so far."""
    best = trial["best"]
    if not best:
        return ""
    params = formats.params(best["params"])
    return f"{formats.loss(best['loss'])} by job {best['number']} with {params}"


def failure_line(job: Doc) -> str:
    """A job that failed, and where to read more."""
    return (
        f"job {job['number']} failed ({job['reason']}): {formats.printable(job['message'])}; "
        f"see `hyperdock job logs {job['job_id']}`"
    )


def is_ended(trial: Doc) -> bool:
    """Whether the trial has ended."""
    return trial["finished_at"] is not None


def _labels(trial: Doc) -> list[str]:
    return [*trial.get("tags", ()), *(["(archived)"] if trial.get("archived") else [])]
