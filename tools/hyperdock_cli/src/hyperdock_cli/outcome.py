"""How a run ended, for people, for scripts and as an exit code."""

import json
from collections import Counter
from collections.abc import Iterable

from hyperdock_cli.api_client import Doc
from hyperdock_cli.faults import FAILED
from hyperdock_cli.rendering import formats


def exit_code(trial: Doc) -> int:
    """0 where the trial came to an end of its own or a user's choice with a job that succeeded."""
    if trial["state"] in ("completed", "stopped") and trial["jobs"]["succeeded"]:
        return 0
    return FAILED


def json_line(trial: Doc) -> str:
    """The outcome as one line of JSON, for scripts."""
    best = trial["best"]
    shown = best and {"job": best["job_id"], "loss": best["loss"], "params": best["params"]}
    return json.dumps(  # in ASCII: whatever the terminal speaks, a script can read it
        {
            "trial": trial["trial_id"],
            "state": trial["state"],
            "jobs": trial["jobs"],
            "best": shown or None,
            "results": trial.get("location"),
        }
    )


def last_line(trial: Doc) -> str:
    """The outcome in one line, for people."""
    best = trial["best"]
    if best:
        return f"best loss {formats.exact(best['loss'])} with {formats.exact(best['params'])}"
    return f"no job succeeded ({trial['jobs']['failed']} failed)"


def commonest_failure(failed: Iterable[Doc]) -> tuple[int, Doc] | None:
    """The reason that most jobs failed for: how many, and the first of them."""
    first_of: dict[str, Doc] = {}
    counts: Counter[str] = Counter()
    for job in failed:
        counts[job["reason"]] += 1
        first_of.setdefault(job["reason"], job)
    if not counts:
        return None
    reason, count = counts.most_common(1)[0]
    return count, first_of[reason]
