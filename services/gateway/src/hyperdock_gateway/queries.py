"""Reading what a request asks for: path and query parameters, each checked and named if wrong."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection

from hyperdock_common.errors import Problem
from hyperdock_common.web import Refused

TRIAL_STATES: Final = ("running", "paused", "stopping", "completed", "stopped", "failed")
JOB_STATES: Final = ("pending", "running", "succeeded", "failed", "pruned", "cancelled")

_TRIAL_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_JOB_ID: Final = re.compile(rf"({_TRIAL_ID.pattern})\.[1-9][0-9]{{0,9}}")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Query:
    """A request's query parameters."""

    params: Mapping[str, str]

    def text(self, name: str, longest: int = 500) -> str | None:
        """A text as it is, None where it was not given."""
        value = self.params.get(name)
        if value is not None and len(value) > longest:
            raise bad(name, f"must have at most {longest} characters")
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """One of the `allowed` words, None where it was not given."""
        value = self.params.get(name)
        if value is not None and value not in allowed:
            raise bad(name, f"must be one of {', '.join(allowed)}")
        return value

    def whole(self, name: str, default: int, low: int | None, high: int | None = None) -> int:
        """A whole number between `low` and `high`."""
        text = self.params.get(name)
        if text is None:
            return default
        value = int(text) if _WHOLE.fullmatch(text) else None
        if value is None or (low is not None and value < low) or (high and value > high):
            raise bad(name, _allowed(low, high))
        return value


def query_of(connection: HTTPConnection, *known: str) -> Query:
    """The connection's query.

    Raises:
        Refused: it has a parameter that is not `known`, or one of them twice.
    """
    pairs = connection.query_params.multi_items()
    for name, _ in pairs:
        if name not in known:
            hint = f"known are {', '.join(known)}" if known else "there are none here"
            raise bad(name[:100], f"no such parameter; {hint}")
    if len({name for name, _ in pairs}) < len(pairs):
        raise Refused(400, "a parameter was given twice")
    return Query(dict(pairs))


def trial_id_of(connection: HTTPConnection) -> str:
    """The trial that the path names."""
    trial_id: str = connection.path_params["trial_id"]
    if not _TRIAL_ID.fullmatch(trial_id):
        raise no_trial(trial_id)
    return trial_id


def job_id_of(connection: HTTPConnection) -> str:
    """The job that the path names."""
    job_id: str = connection.path_params["job_id"]
    if not _JOB_ID.fullmatch(job_id):
        raise no_job(job_id)
    return job_id


def no_trial(trial_id: str) -> Refused:
    """The refusal for a trial that is not there."""
    return Refused(404, f"there is no trial {trial_id[:100]}")


def no_job(job_id: str) -> Refused:
    """The refusal for a job that is not there."""
    return Refused(404, f"there is no job {job_id[:100]}")


def bad(name: str, problem: str) -> Refused:
    """The refusal of one query parameter."""
    return Refused(400, f"{name}: {problem}", Problem(name, problem))


def _allowed(low: int | None, high: int | None) -> str:
    if low is None:
        return "must be a whole number"
    if high is None:
        return f"must be a whole number, at least {low}"
    return f"must be a whole number from {low} to {high}"
