"""How a call can fail: one root, and a class for what programs may want to tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass

_GONE = 410
_SERVER_AT_FAULT = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a request: where it stands, and what to do about it."""

    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}" if self.field else self.problem


class HyperdockClientError(Exception):
    """Root of all errors of this library."""

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed in a while: the gateway is away or at fault."""
        return False


class NoGateway(HyperdockClientError):
    """Raised when nothing says which gateway to talk to."""


class Unreachable(HyperdockClientError):
    """Raised when no gateway answers at the URL, also not after some retries."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        self.why = why
        super().__init__(f"no gateway answers at {url} ({why})")

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed in a while."""
        return True


class TooSlow(Unreachable):
    """Raised when something is there but gives no whole answer in time."""


class StillRunning(HyperdockClientError, TimeoutError):
    """Raised when a trial has not ended in the time that `wait` was given."""


class ApiError(HyperdockClientError):
    """Raised when the gateway answers with a problem: its fields, as it told them.

    Attributes:
        retry_after: the seconds after which it wants to be asked again; 0 where it named none.
    """

    retry_after = 0.0

    def __init__(
        self, status: int, title: str, detail: str = "", problems: Sequence[Problem] = ()
    ) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.problems = tuple(problems)
        super().__init__("\n".join([detail or title, *self._more()]))

    @property
    def may_pass(self) -> bool:
        """Whether the same call may succeed in a while."""
        return self.status >= _SERVER_AT_FAULT

    def _more(self) -> list[str]:
        """The problems that the detail does not name."""
        return [text for each in self.problems if (text := str(each)) not in self.detail]


class NotFound(ApiError):
    """Raised when what was asked for is not there (404, 410)."""

    @property
    def was_there(self) -> bool:
        """Whether it has ended, or was removed."""
        return self.status == _GONE


class Refused(ApiError):
    """Raised when a request makes no sense, or not now (400, 409, 422)."""


class Unauthorized(ApiError):
    """Raised when the gateway does not know who asks: no token, or a wrong one (401)."""


class Forbidden(ApiError):
    """Raised when the token's scopes do not cover the request (403)."""


KINDS: dict[int, type[ApiError]] = {
    400: Refused,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Refused,
    410: NotFound,
    422: Refused,
}
