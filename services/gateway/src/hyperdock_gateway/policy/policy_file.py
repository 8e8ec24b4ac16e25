"""The policy file, read again when it changes, so that a new policy needs no restart."""

import threading
from pathlib import Path

import structlog

from hyperdock_common.errors import HyperdockError
from hyperdock_gateway.policy.policy import Policy
from hyperdock_gateway.policy.rules import InvalidPolicy, Rules, parse_rules

_log = structlog.get_logger()


class PolicyFileUnusable(HyperdockError):
    """Raised when a policy file cannot be read, or holds something else."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        lines = "".join(f"\n  {line}" for line in reason.splitlines())
        super().__init__(f"the policy file {path} cannot be used:{lines}")


class PolicyFile:
    """The rules of a file. One that breaks while it is in use changes nothing, and is logged.

    It is read whenever the rules are asked for: that is once for each trial that is submitted, and
    no time of a file tells as surely whether its content is another.

    Raises:
        PolicyFileUnusable: it cannot be used when this is made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._content = _read(path)
        self._rules = _parsed(path, self._content)
        self._problem: str | None = None

    def rules(self) -> Rules:
        """The rules as the file has them now; the last usable ones where it has none."""
        with self._lock:
            try:
                self._look()
            except PolicyFileUnusable as error:
                self._tell(error.reason)
            else:
                self._problem = None
            return self._rules

    def _look(self) -> None:
        content = _read(self._path)
        if content != self._content:
            self._rules = _parsed(self._path, content)
            self._content = content
            _log.info("policy_changed", file=str(self._path))

    def _tell(self, reason: str) -> None:
        """Says it once, not for every trial."""
        if reason != self._problem:
            _log.error("policy_not_changed", file=str(self._path), reason=reason)
            self._problem = reason


def policy_of(file: Path | None) -> Policy:
    """The policy of a file; without one everything is allowed.

    Raises:
        PolicyFileUnusable: it cannot be used.
    """
    return Policy() if file is None else Policy(PolicyFile(file).rules)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyFileUnusable(path, str(error.strerror)) from error


def _parsed(path: Path, content: bytes) -> Rules:
    try:
        return parse_rules(content.decode())
    except UnicodeDecodeError as error:
        raise PolicyFileUnusable(path, "it is not UTF-8") from error
    except InvalidPolicy as error:
        raise PolicyFileUnusable(path, str(error)) from error
