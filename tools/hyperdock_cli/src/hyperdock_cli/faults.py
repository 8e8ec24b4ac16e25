"""What can go wrong for a person at the command line: one line, a remedy, an exit code."""

from typing import Final

from hyperdock_common.errors import HyperdockError

FAILED: Final = 1
REFUSED: Final = 2
HUNG_UP: Final = 129
INTERRUPTED: Final = 130
TERMINATED: Final = 143

EXIT_CODES: Final = """\
\b
Exit codes:
  0    done; for `run`: the trial ended with at least one job that succeeded
  1    failed; for `run`: the trial failed or none of its jobs succeeded
  2    nothing was done: wrong usage, an invalid trial file, an unknown id,
       nothing to talk to, a port or a state folder in use
  130  interrupted (Ctrl-C); 143 terminated (SIGTERM); 129 hung up (SIGHUP)
"""


class Fault(HyperdockError):
    """Raised when a command cannot go on: says what is wrong and what to do about it."""

    def __init__(
        self, problem: str, remedy: str = "", *, details: tuple[str, ...] = (), code: int = FAILED
    ) -> None:
        self.problem = problem
        self.remedy = remedy
        self.details = details
        self.code = code
        super().__init__(problem)

    @property
    def text(self) -> str:
        """What a person is shown."""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return "\n".join([*self.details, f"error: {self.problem}{remedy}"])
