"""The operator's secrets: a folder of files, read when a target starts, shown to nobody else.

The folder is as Docker and Kubernetes mount secrets: a file's name is the secret's, its content the
value. A file that is replaced is read anew at the next start, so rotation needs no restart.
"""

import os
import re
import stat
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hyperdock_common.errors import CannotStart
from hyperdock_common.offer import JobOffer
from hyperdock_worker.redaction import Redaction

MAX_SIZE: Final = 64 << 10
"""Of one secret, in bytes: the system takes no variable of twice that."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_REMEMBERED: Final = 16
_TRIES: Final = 3


class Secrets:
    """What the files hold now, and what they held when this process gave them to targets.

    Args:
        folder: where they are; None where this worker has none.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._given: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def variables(self, offer: JobOffer) -> Mapping[str, str]:
        """The variables of a target that is about to start.

        Raises:
            CannotStart: a secret is not there or cannot be used; the message has no values.
        """
        values = {variable: self._read(name) for variable, name in offer.secrets.items()}
        for variable, value in values.items():
            self._remember(offer.secrets[variable], value)
        return values

    def redaction(self, offer: JobOffer) -> Redaction:
        """What hides the offer's secrets: as they are now, and as they were since this began."""
        for name in set(offer.secrets.values()):
            try:
                self._remember(name, self._read(name))
            except CannotStart:  # then at least what was given before
                continue
        with self._lock:
            names = set(offer.secrets.values())
            return Redaction(value for name in names for value in self._given.get(name, ()))

    def _remember(self, name: str, value: str) -> None:
        with self._lock:
            given = self._given.setdefault(name, [])
            if value not in given:
                given.append(value)
                del given[:-_REMEMBERED]

    def _read(self, name: str) -> str:
        if self._folder is None or not _NAME.fullmatch(name):
            raise CannotStart("cannot_start", f'this worker has no secret named "{name}"')
        for left in reversed(range(_TRIES)):
            try:
                return _text(name, _content(name, self._folder))
            except FileNotFoundError as error:
                if not left:  # not while the folder was being replaced, either
                    problem = f'this worker has no secret named "{name}"'
                    raise CannotStart("cannot_start", problem) from error
            except OSError as error:
                raise _unusable(name, f"cannot be read here: {error.strerror}") from error
        raise AssertionError("the last try returns or raises")


def _content(name: str, folder: Path) -> bytes:
    """The bytes of a secret's file.

    Kubernetes makes it a link to `..data/name`, and `..data` one to the current version: links are
    followed inside of the folder, and never out of it.
    """
    file = Path(os.path.realpath(folder / name, strict=True))
    if not file.is_relative_to(os.path.realpath(folder)):
        raise _unusable(name, "is a link out of this worker's folder of secrets")
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _unusable(name, "is no file on this worker")
        with open(descriptor, "rb", closefd=False) as opened:
            content = opened.read(MAX_SIZE + 1)
    finally:
        os.close(descriptor)
    if len(content) > MAX_SIZE:
        raise _unusable(name, f"is larger than {MAX_SIZE >> 10} KiB on this worker")
    return content


def _text(name: str, content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        # Without the cause: its message would quote the value.
        raise _unusable(name, "is not UTF-8 on this worker") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise _unusable(name, "is empty on this worker")
    if "\x00" in text:
        raise _unusable(name, "holds a NUL, which no variable can")
    return text


def _unusable(name: str, problem: str) -> CannotStart:
    return CannotStart("cannot_start", f'the secret "{name}" {problem}')
