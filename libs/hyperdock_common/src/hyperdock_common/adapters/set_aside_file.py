"""Where poison messages are kept: in memory and, a line of JSON each, in a file for people."""

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.bus import SetAside


class _Line(msgspec.Struct, frozen=True):
    reason: str
    at: float
    body: str


class SetAsideFile:
    """What was set aside, with what an earlier process left in the file. Thread safe."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._kept = list(_earlier(path)) if path else []

    def keep(self, message: SetAside) -> None:
        """Keeps a message.

        Raises:
            StorageUnavailable: the file cannot be written; the message is not kept.
        """
        with self._lock:
            if self._path:
                _append(self._path, message)
            self._kept.append(message)

    def list(self) -> Sequence[SetAside]:
        """All that was kept, oldest first."""
        with self._lock:
            return list(self._kept)


def _append(path: Path, message: SetAside) -> None:
    line = _Line(message.reason, message.at, message.body.decode(errors="backslashreplace"))
    try:
        with path.open("a+b") as file:
            if file.tell() and not _ends_with_a_line(file):
                file.write(b"\n")  # a crash or a full disk tore the last one
            file.write(msgspec.json.encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error}") from error


def _ends_with_a_line(file: BinaryIO) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _earlier(path: Path) -> Iterator[SetAside]:
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error}") from error
    for raw in lines:
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except msgspec.MsgspecError:
            continue  # a torn line
        yield SetAside(reason=line.reason, at=line.at, body=line.body.encode())
