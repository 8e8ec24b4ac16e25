"""How a call of the REST API can fail. Apart from the client, which takes time to load."""

from hyperdock_common.errors import HyperdockError, Problem


class ApiError(HyperdockError):
    """Raised when the gateway answers with a problem: its fields, as it told them."""

    def __init__(
        self, status: int, title: str, detail: str = "", problems: tuple[Problem, ...] = ()
    ) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.problems = problems
        super().__init__(detail or title)


class ApiUnreachable(HyperdockError):
    """Raised when no gateway answers at the URL, also not after some retries."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        self.why = why
        super().__init__(f"no gateway answers at {url} ({why})")
