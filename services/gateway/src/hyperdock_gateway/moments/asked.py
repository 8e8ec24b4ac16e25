"""The parameter `at`: a position of the log, or a time with its zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import HTTPConnection

from hyperdock_common.errors import Problem
from hyperdock_common.web import Refused

AT: Final = "at"

_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
_ZONE: Final = r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
_POSITION: Final = r"[0-9]{1,18}"
_TIME: Final = rf"{_DAY}[Tt]{_CLOCK}{_ZONE}"
_PLUS: Final = re.compile(r" (?=[0-9]{2}:[0-9]{2}$)")

PARAMETER: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "name": AT,
        "in": "query",
        "required": False,
        "description": "The moment of the past as of which to answer: a position of the log, or a "
        "time as in RFC 3339, which means the last event recorded by then. Now, where none is "
        "named.",
        "schema": {"type": "string", "pattern": f"^(?:{_POSITION}|{_TIME})$"},
    }
)
"""As the OpenAPI document describes it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The moment that is asked for: one of the two is there.

    Attributes:
        position: of the log.
        time: seconds since 1970 UTC.
    """

    position: int | None = None
    time: float | None = None


def read_at(connection: HTTPConnection) -> Asked | None:
    """The moment that a request names; None where it names none.

    Raises:
        Refused: it names several, or what it names is none.
    """
    texts = connection.query_params.getlist(AT)
    if not texts:
        return None
    if len(texts) > 1:
        raise Refused(400, f"{AT}: was given twice", Problem(AT, "was given twice"))
    return parse_at(texts[0])


def parse_at(text: str) -> Asked:
    """The moment that a text names.

    Raises:
        Refused: it is neither a position nor a time.
    """
    if re.fullmatch(_POSITION, text):
        return Asked(position=int(text))
    written = _PLUS.sub("+", text)  # as which a plus arrives that nobody has escaped
    if not re.fullmatch(_TIME, written):
        raise refused("must be a position of the log, or a time such as 2026-01-31T12:00:00Z")
    try:
        return Asked(time=datetime.fromisoformat(written.upper()).timestamp())
    except (ValueError, OverflowError) as error:
        raise refused("is no time that there is") from error


def refused(problem: str) -> Refused:
    """The refusal of a moment."""
    return Refused(422, f"{AT}: {problem}", Problem(AT, problem))
