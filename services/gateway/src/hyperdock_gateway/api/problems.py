"""Every error as a problem document (RFC 9457): a client never sees a traceback."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from hyperdock_common.errors import (
    Archived,
    BusUnavailable,
    InvalidTrial,
    StorageUnavailable,
    UnknownEvent,
)
from hyperdock_common.web import Refused, problem_response

Handler: TypeAlias = Callable[[HTTPConnection, Any], Awaitable[JSONResponse]]

RETRY_AFTER: Final = 5


async def refused(_connection: HTTPConnection, error: Refused) -> JSONResponse:
    """A refusal of our own."""
    return problem_response(error.status, error.detail, error.errors, error.headers)


async def invalid_trial(_connection: HTTPConnection, error: InvalidTrial) -> JSONResponse:
    """A trial document with faults, each named."""
    return problem_response(422, str(error), error.problems)


async def archived(_connection: HTTPConnection, error: Archived) -> JSONResponse:
    """Events that are asked for, or that a moment is made of, and that were put away."""
    detail = f"positions 1 to {error.position} of the log are in an archive, and not to be had here"
    return problem_response(422, detail)


async def unknown_event(_connection: HTTPConnection, error: UnknownEvent) -> JSONResponse:
    """An event that is asked for, or that a moment is made of, and that a later release made."""
    return problem_response(422, f"a later release recorded what is needed for this: {error}")


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
        Archived: archived,
        UnknownEvent: unknown_event,
        BusUnavailable: unavailable,
        StorageUnavailable: unavailable,
        HTTPException: http_exception,
    }
)
"""Which exception becomes which answer; what is not here is a fault of ours, answered with 500."""
