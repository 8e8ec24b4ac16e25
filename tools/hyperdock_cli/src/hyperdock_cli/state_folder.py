"""The state folder of the all-in-one mode: where everything is, and who holds it."""

import fcntl
import json
import os
import secrets
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hyperdock_common.errors import StateFolderInUse, StorageUnavailable

_TRIES = 5
_BETWEEN_TRIES = 0.05  # someone who only looks holds the lock for less


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The paths below a state folder."""

    root: Path

    @property
    def events(self) -> Path:
        """The event log."""
        return self.root / "events.db"

    @property
    def archive(self) -> Path:
        """What was moved out of the event log into files."""
        return self.root / "archive"

    @property
    def views(self) -> Path:
        """The views; may be deleted, they are folded again."""
        return self.root / "views.db"

    @property
    def results(self) -> Path:
        """What jobs left: results/<trial>/<job>/."""
        return self.root / "results"

    @property
    def work(self) -> Path:
        """Attempts that are running or not yet harvested."""
        return self.root / "work"

    @property
    def set_aside(self) -> Path:
        """Messages that could not be processed, with their reasons."""
        return self.root / "set-aside.ndjson"

    @property
    def service_log(self) -> Path:
        """What the services say."""
        return self.root / "hyperdock.log"

    @property
    def tokens(self) -> Path:
        """Who may use the system: names, scopes and hashes."""
        return self.root / "tokens.json"

    @property
    def own_token(self) -> Path:
        """The secret of the token of this machine's command line."""
        return self.root / "token"

    @property
    def lock(self) -> Path:
        """Held by the process that runs on this folder; says which one, and at which URL."""
        return self.root / "lock"

    def create(self) -> None:
        """Makes the folder.

        Raises:
            StorageUnavailable: it cannot be made or written to.
        """
        try:
            self.results.mkdir(parents=True, exist_ok=True)
            self.work.mkdir(exist_ok=True)
        except OSError as error:
            raise StorageUnavailable(
                f"the state folder {self.root} cannot be used: {error.strerror}; "
                "name another one with --state"
            ) from error

    def worker_id(self) -> str:
        """The id of the worker that lives here: made once, the same after every restart."""
        path = self.root / "worker-id"
        try:
            return path.read_text("ascii").strip()
        except FileNotFoundError:
            worker_id = f"{socket.gethostname()[:40]}-{secrets.token_hex(3)}"
            path.write_text(worker_id + "\n", "ascii")
            return worker_id


class StateLock:
    """The right to run on a state folder; given up with the process, however that ends."""

    def __init__(self, folder: StateFolder) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Takes the lock.

        Raises:
            StateFolderInUse: another process has it.
        """
        file = self._folder.lock.open("a+", encoding="utf-8")
        for last_try in (*[False] * _TRIES, True):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if last_try:
                    file.close()
                    raise StateFolderInUse(
                        str(self._folder.root), _describe(_holder(self._folder))
                    ) from error
                time.sleep(_BETWEEN_TRIES)
        self._file = file
        self.announce(None)

    def announce(self, url: str | None) -> None:
        """Writes who holds the lock, for others to read."""
        if self._file is None:
            raise ValueError("the lock is not taken")
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "url": url}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Gives the lock up."""
        if self._file is not None:
            self._file.close()
            self._file = None


def running_url(state: Path) -> str | None:
    """The URL of the process that holds this state folder now, None where there is none."""
    folder = StateFolder(state)
    if not folder.lock.exists():
        return None
    with folder.lock.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            url = _holder(folder).get("url")
            return str(url) if url else None
    return None


def own_token(state: Path) -> str | None:
    """The secret for the system of this state folder; None where there is none for us."""
    with suppress(OSError, UnicodeDecodeError):
        return StateFolder(state).own_token.read_text("ascii").strip() or None
    return None


def _holder(folder: StateFolder) -> dict[str, object]:
    try:
        holder = json.loads(folder.lock.read_text("utf-8"))
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}


def _describe(holder: dict[str, object]) -> str:
    url = f", which serves {holder['url']}" if holder.get("url") else ""
    return f"process {holder.get('pid', '?')}{url}"
