"""Every error that Hyperdock raises on purpose: one root, with fields and not only text."""

from dataclasses import dataclass


class HyperdockError(Exception):
    """Root of all errors raised on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where it stands, and what to do about it."""

    field: str
    problem: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}" if self.field else self.problem


class InvalidTrial(HyperdockError):
    """Raised when a trial's specification cannot be accepted; names every field at fault."""

    def __init__(self, field: str, problem: str, *more: Problem) -> None:
        self.problems = (Problem(field, problem), *more)
        super().__init__("\n".join(str(each) for each in self.problems))

    @property
    def field(self) -> str:
        """The first field at fault, as a dotted path."""
        return self.problems[0].field

    @property
    def problem(self) -> str:
        """What is wrong with the first field at fault."""
        return self.problems[0].problem


class DecodeError(HyperdockError):
    """Raised when stored or received bytes are not an event that this version knows.

    Attributes:
        position: of a stored one; 0 where it came from elsewhere.
    """

    def __init__(self, reason: str, raw: bytes = b"", position: int = 0) -> None:
        self.reason = reason
        self.raw = raw
        self.position = position
        super().__init__(reason)


class UnknownEvent(DecodeError):
    """Raised when bytes are an event, of a type or version that this release does not know."""


class Conflict(HyperdockError):
    """Raised when an append expected another head: a second writer has been at the log."""

    def __init__(self, expected: int, actual: int) -> None:
        self.expected = expected
        self.actual = actual
        super().__init__(f"expected the log's head at {expected}, it is at {actual}")


class AlreadyRecorded(HyperdockError, ValueError):
    """Raised when a batch holds an event that is in the log already; nothing was appended."""

    def __init__(self, message: str = "an event of the batch is in the log already") -> None:
        super().__init__(message)


class Archived(HyperdockError):
    """Raised when facts were asked for that are in an archive, and no longer in the store."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(
            f"positions 1 to {position} of the log are in an archive: name it with --archive"
        )


class OutOfPlace(HyperdockError):
    """Raised when a recorded fact does not fit those before it: the log is damaged."""

    def __init__(self, position: int, problem: str) -> None:
        self.position = position
        super().__init__(
            f"position {position}: {problem}; `hyperdock events verify` says what is wrong"
        )


class NotAsRecorded(HyperdockError):
    """Raised when a fact that is to be taken over is not what was recorded at its position."""

    def __init__(self, position: int, problem: str) -> None:
        self.position = position
        self.problem = problem
        super().__init__(f"position {position}: {problem}")


class StorageUnavailable(HyperdockError):
    """Raised when a store cannot take or give data now (disk full, I/O error); try again later."""


class ViewSwitched(StorageUnavailable):
    """Raised when what was folded on is not the live generation of its view any more."""

    def __init__(self, view: str) -> None:
        self.view = view
        super().__init__(f"the view {view} was switched to other documents: fold on those")


class BusUnavailable(HyperdockError):
    """Raised when an event could not be handed over for certain; publish it again."""


class RunnerUnavailable(HyperdockError):
    """Raised when the engine that runs targets cannot be reached; the attempt is not at fault."""


class CannotStart(HyperdockError):
    """Raised when a target can never start as specified; `reason` is a failure reason."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        self.message = message
        super().__init__(message)


class StateFolderInUse(HyperdockError):
    """Raised when another process holds the state folder."""

    def __init__(self, folder: str, holder: str) -> None:
        self.folder = folder
        self.holder = holder
        super().__init__(f"the state folder {folder} is in use by {holder}")


class CannotListen(HyperdockError):
    """Raised when a server cannot listen on the address that it was given."""

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
