"""The ids in paths: what each looks like, and what is said where there is nothing under it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from starlette.requests import HTTPConnection

from hyperdock_common.web import Refused

_TRIAL_ID: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
_WORD: Final = r"[^/\x00-\x1f\x7f]{1,200}"
_PLACE: Final = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, slots=True)
class PathParameter:
    """What can stand in one place of a path; no pattern: the handler looks at it."""

    noun: str
    description: str
    pattern: str | None = None


PARAMETERS: Final[Mapping[str, PathParameter]] = MappingProxyType(
    {
        "trial_id": PathParameter("trial", "The trial's id.", _TRIAL_ID),
        "job_id": PathParameter("job", "The job's id.", rf"{_TRIAL_ID}\.[1-9][0-9]{{0,9}}"),
        "worker_id": PathParameter("worker", "The worker's id.", _WORD),
        "evaluator_id": PathParameter("evaluator", "The evaluator's id.", _WORD),
        "event": PathParameter("event", "The event's position, or its id.", _WORD),
        "path": PathParameter("file", "The file's path inside the job's folder."),
    }
)
"""Every name that may stand in braces in an operation's path."""


def names_in(path: str) -> tuple[str, ...]:
    """The names in braces, in their order."""
    return tuple(_PLACE.findall(path))


def plain(path: str) -> str:
    """The path as OpenAPI writes it, without Starlette's converters."""
    return _PLACE.sub(r"{\1}", path)


def ids_of(connection: HTTPConnection) -> dict[str, str]:
    """What the path names.

    Raises:
        Refused: something cannot be an id, so there is nothing under it.
    """
    ids: dict[str, str] = connection.path_params
    for name, value in ids.items():
        pattern = PARAMETERS[name].pattern
        if pattern is not None and not re.fullmatch(pattern, value):
            raise nothing(name, value)
    return ids


def nothing(name: str, value: str) -> Refused:
    """The refusal where there is nothing under an id, e.g. `nothing("trial_id", trial_id)`."""
    return Refused(404, f"there is no {PARAMETERS[name].noun} {value[:100]}")
