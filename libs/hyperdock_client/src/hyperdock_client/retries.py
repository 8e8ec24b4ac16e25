"""When a call is tried again, and what its caller is told when that is in vain."""

import httpx

from hyperdock_client.errors import ApiError, HyperdockClientError, TooSlow, Unreachable
from hyperdock_client.requests import Call

PAUSES = (0.1, 0.3, 1.0)
_LOST = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError)
_TOO_MANY = 429
_NOT_NOW = 503
_LONGEST_PAUSE = 60.0


class Tries:
    """The tries of one call.

    Whatever may have been done is sent again only where doing it twice is doing it once. A 429 says
    that nothing was done.
    """

    def __init__(self, url: str, call: Call[object]) -> None:
        self._url = url
        self._call = call
        self._pauses = iter(PAUSES)

    def after(self, error: httpx.HTTPError | ApiError) -> float:
        """How many seconds to wait before the next try.

        Raises:
            HyperdockClientError: there is none.
        """
        pause = next(self._pauses, None)
        told = error.retry_after if isinstance(error, ApiError) else 0.0
        if pause is None or told > _LONGEST_PAUSE or not self._may_repeat(error):
            raise translated(self._url, error) from error
        return max(pause, told)

    def _may_repeat(self, error: httpx.HTTPError | ApiError) -> bool:
        if isinstance(error, ApiError):
            return error.status == _TOO_MANY or (error.status == _NOT_NOW and self._call.repeatable)
        return self._call.repeatable and isinstance(error, _LOST)


def translated(url: str, error: httpx.HTTPError | ApiError) -> HyperdockClientError:
    """An error in this library's words."""
    if isinstance(error, ApiError):
        return error
    why = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return TooSlow(url, why)
    return Unreachable(url, why)
