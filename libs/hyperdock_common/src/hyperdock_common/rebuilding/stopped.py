"""Why a rebuild cannot go on, with what can be done about it."""

from hyperdock_common.errors import HyperdockError


class RebuildStopped(HyperdockError):
    """Raised when views cannot be folded anew; the live ones are as they were.

    Attributes:
        problem: what is in the way, with its position in the log where it has one.
        remedy: what to do about it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}")
