"""A server that speaks MongoDB's protocol, for tests and measurements: SecantusDB as a process.

A real MongoDB is tried in `real.py`. This one is a development dependency only, and never
imported. It keeps what it acknowledged: every commit is synced.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.errors import StorageUnavailable

_READY_WITHIN: Final = 60.0
_ENDS_WITHIN: Final = 20.0


class Database:
    """One server. `start` after `kill` or `stop` is a restart on the same data and port.

    Args:
        folder: everything that it writes.
        tls: paths of CA, certificate for localhost and key: it speaks TLS then.
    """

    def __init__(self, folder: Path, *, tls: tuple[Path, Path, Path] | None = None) -> None:
        self._folder = folder
        self._tls = tls
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, with the default database."""
        return self.url_of("hyperdock")

    def url_of(self, database: str) -> str:
        """Where a database of one's own is; it exists as soon as something is in it."""
        if self._tls:
            return f"mongodb://localhost:{self.port}/{database}?tls=true&directConnection=true"
        return f"mongodb://127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The server's process, for as long as it runs."""
        if self._process is None:
            raise RuntimeError("the database does not run")
        return self._process.pid

    @staticmethod
    def is_installed() -> bool:
        """Whether the server's program is there."""
        return _program() is not None

    def start(self) -> None:
        """Starts it, and returns when it answers."""
        if not self._has_ended():
            return
        program = _program()
        if program is None:
            raise RuntimeError("secantusd-py is not installed")
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, *self._options()],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ends it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a crash does (-9); what it had acknowledged is there at the next start."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Lets it stand still: connections stay, and nothing answers."""
        if not self._has_ended():
            os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it go on."""
        if not self._has_ended():
            os.killpg(self.pid, signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def _options(self) -> list[str]:
        where = ["--host", "127.0.0.1", "--port", str(self.port)]
        kept = ["--storage-path", str(self._folder / "data"), "--sync-on-commit"]
        how = ["--config", str(self._settings()), "--log-level", "WARNING"]
        if self._tls:
            _, certificate, key = self._tls
            how += ["--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
        return [*where, *kept, *how]

    def _settings(self) -> Path:
        """An empty file: whatever stands in the home of whoever runs this is left out."""
        path = self._folder / "settings.toml"
        path.touch()
        return path

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        ca = self._tls[0] if self._tls else None
        with MongoServer(MongoSettings(url=self.url, ca=ca)) as server:
            while True:
                try:
                    server.ping()
                except StorageUnavailable:
                    if time.monotonic() > deadline or self._has_ended():
                        raise RuntimeError(f"no database: see {self._folder / 'log'}") from None
                else:
                    return

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, how)
            os.killpg(self._process.pid, signal.SIGCONT)
            try:
                self._process.wait(_ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(_ENDS_WITHIN)
        self._process = None


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _program() -> str | None:
    beside = Path(sys.executable).with_name("secantusd-py")
    return str(beside) if beside.exists() else shutil.which("secantusd-py")
