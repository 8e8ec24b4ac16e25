"""A refusal, and the problem document (RFC 9457) that a client gets instead of a traceback."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final

from starlette.responses import JSONResponse

from hyperdock_common.errors import HyperdockError, Problem

MEDIA_TYPE: Final = "application/problem+json"


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
    """A problem document; `errors` names the fields at fault."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [{"field": each.field, "problem": each.problem} for each in errors],
    }
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)
