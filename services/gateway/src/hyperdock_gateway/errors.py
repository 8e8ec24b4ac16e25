"""The gateway's own errors: a request that is refused, an address that cannot be listened on."""

from collections.abc import Mapping

from hyperdock_common.errors import HyperdockError, Problem


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


class CannotListen(HyperdockError):
    """Raised when the server cannot listen on the address that it was given."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        self.reason = reason
        super().__init__(reason)


class PortInUse(CannotListen):
    """Raised when another program listens on the port already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            host,
            port,
            f"port {port} on {host} is in use by another program; "
            "choose another with --port (0 takes any free one)",
        )
