"""A refusal, and the problem document (RFC 9457) that a client gets instead of a traceback."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Final

from starlette.responses import JSONResponse

from hyperdock_common.errors import HyperdockError, Problem

MEDIA_TYPE: Final = "application/problem+json"
_MOST_ERRORS: Final = 100
_LONGEST: Final = 1_000
_LONGEST_DETAIL: Final = 10_000


class Refused(HyperdockError):
    """Raised when a request cannot be served as asked; its answer is a problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *errors: Problem,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        super().__init__(detail)


def problem_response(
    status: int,
    detail: str,
    errors: Iterable[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document; `errors` names the fields at fault, the first hundred of them.

    It repeats what was sent, which may be long, and no text at all: nobody gets more than they need
    to see what is wrong.
    """
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _cut(detail, _LONGEST_DETAIL),
        "errors": [
            {"field": _cut(each.field), "problem": _cut(each.problem)}
            for each in islice(errors, _MOST_ERRORS)
        ],
    }
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)


def _cut(text: str, longest: int = _LONGEST) -> str:
    """The beginning of a text, with a name for each half of a character, which is no UTF-8."""
    short = text if len(text) <= longest else f"{text[:longest]}…"
    return short.encode("utf-8", "backslashreplace").decode()
