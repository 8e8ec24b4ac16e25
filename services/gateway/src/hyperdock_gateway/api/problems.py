"""Every error as a problem document (RFC 9457): a client never sees a traceback."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from hyperdock_common.errors import BusUnavailable, InvalidTrial, StorageUnavailable
from hyperdock_common.web import Refused, problem_response

Handler: TypeAlias = Callable[[HTTPConnection, Any], Awaitable[JSONResponse]]

RETRY_AFTER: Final = 5


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
