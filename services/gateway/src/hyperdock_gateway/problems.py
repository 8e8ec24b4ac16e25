"""Every error as a problem document (RFC 9457): a client never sees a traceback."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from hyperdock_common.errors import (
    BusUnavailable,
    InvalidTrial,
    Problem,
    StorageUnavailable,
)
from hyperdock_gateway.errors import Refused

Handler: TypeAlias = Callable[[HTTPConnection, Any], Awaitable[JSONResponse]]

RETRY_AFTER: Final = 5
MEDIA_TYPE: Final = "application/problem+json"


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


async def refused(_connection: HTTPConnection, error: Refused) -> JSONResponse:
    """A refusal of our own."""
    return problem_response(error.status, error.detail, error.errors, error.headers)


async def invalid_trial(_connection: HTTPConnection, error: InvalidTrial) -> JSONResponse:
    """A trial document with faults, each named."""
    return problem_response(422, str(error), error.problems)


async def unavailable(_connection: HTTPConnection, error: Exception) -> JSONResponse:
    """A store or bus that cannot answer now."""
    headers = {"Retry-After": str(RETRY_AFTER)}
    return problem_response(503, str(error) or "not available now", (), headers)


async def http_exception(_connection: HTTPConnection, error: HTTPException) -> JSONResponse:
    """What the router refuses: no such path, no such method."""
    return problem_response(error.status_code, error.detail, (), error.headers)


HANDLERS: Final[Mapping[type[Exception], Handler]] = MappingProxyType(
    {
        Refused: refused,
        InvalidTrial: invalid_trial,
        BusUnavailable: unavailable,
        StorageUnavailable: unavailable,
        HTTPException: http_exception,
    }
)
"""Which exception becomes which answer; what is not here is a fault of ours, answered with 500."""
