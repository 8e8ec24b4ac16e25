"""A RabbitMQ server of its own for tests: in a given folder, to be killed, paused and restarted.

It uses the installed package and touches nothing else of the machine: neither its users, its
Erlang name server nor its configuration.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_BIN: Final = Path("/usr/lib/rabbitmq/bin")
"""Debian's scripts as they are: those on the PATH change to another user."""

_ERLANG: Final = (
    "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
)
_STARTING: Final = 90.0
_STOPPING: Final = 20.0
_HEADER: Final = b"AMQP\x00\x00\x09\x01"


class Broker:
    """One RabbitMQ node. `start` after `kill` or `stop` is a restart on the same data and port.

    Args:
        folder: everything that it writes.
        config: more lines of `rabbitmq.conf`, by key.
        advanced: the whole of `advanced.config`, if anything.
        tls: paths of CA, certificate and key: the port speaks TLS then, `url` begins with amqps.
    """

    def __init__(
        self,
        folder: Path,
        *,
        config: Mapping[str, str] | None = None,
        advanced: str = "[].",
        tls: tuple[Path, Path, Path] | None = None,
    ) -> None:
        self._folder = folder
        self._config = dict(config or {})
        self._advanced = advanced
        self._tls = tls
        self.port, self._dist_port, self._epmd_port = _free_ports(3)
        self._server: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        """Whether this machine has a RabbitMQ server."""
        return _program("rabbitmq-server") is not None

    @property
    def url(self) -> str:
        """Where it answers, with its user and password."""
        scheme, host = ("amqps", "localhost") if self._tls else ("amqp", "127.0.0.1")
        return f"{scheme}://guest:guest@{host}:{self.port}/%2F"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        if self._server is not None:
            return
        self._write_files()
        with (self._folder / "server.log").open("ab") as output:
            self._server = subprocess.Popen(
                [str(_program("rabbitmq-server"))],
                env=self._environment(),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            self._await_answer(self._server)
        except BaseException:
            self.kill()
            self._stop_name_server()
            raise

    def stop(self) -> None:
        """Ends it in good order; by force if it takes too long."""
        if self._server is not None:
            self.resume()
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(_STOPPING)
            self.kill()
        self._stop_name_server()

    def kill(self) -> None:
        """Ends the whole process group with SIGKILL; what it has on disk stays."""
        if self._server is None:
            return
        self._signal(signal.SIGKILL)
        self._server.wait()
        self._server = None
        deadline = time.monotonic() + _STOPPING  # what the script started may outlive it a little
        while self._is_open() and time.monotonic() < deadline:
            time.sleep(0.02)

    def pause(self) -> None:
        """Freezes it: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)
        deadline = time.monotonic() + _STOPPING
        while "R" in (states := self._states()) or "S" in states:
            if time.monotonic() > deadline:
                raise RuntimeError("RabbitMQ does not freeze")
            time.sleep(0.01)

    def resume(self) -> None:
        """Lets it go on."""
        self._signal(signal.SIGCONT)

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` says to these arguments. Takes a second or more."""
        return subprocess.run(
            [str(_program("rabbitmqctl")), "--quiet", *arguments],
            env=self._environment(),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=_STARTING,
        ).stdout

    def count(self, queue: str) -> int:
        """How many messages wait in a queue, or are out and not acked."""
        listed = self.control("list_queues", "name", "messages", "--no-table-headers")
        lines = [line.split("\t") for line in listed.splitlines()]
        return next(int(count) for name, count in lines if name == queue)

    def _signal(self, number: int) -> None:
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, number)

    def _states(self) -> set[str]:
        """How the processes of the group are: running, sleeping, stopped (Linux only)."""
        found = set()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, _parent, group = stat.read_text().rpartition(")")[2].split()[:3]
                if self._server is not None and int(group) == self._server.pid:
                    found.add(state)
        return found

    def _await_answer(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _STARTING
        while not self._answers():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"RabbitMQ does not start: see {self._folder}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1.0) as connection:
                connection.settimeout(5.0)
                if self._tls:  # its handshake is the client's business; the port is opened last
                    return True
                connection.sendall(_HEADER)
                return bool(connection.recv(1))
        except OSError:
            return False

    def _is_open(self) -> bool:
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.port)) == 0

    def _stop_name_server(self) -> None:
        """Ends Erlang's epmd, which the server starts as a daemon of its own."""
        if epmd := shutil.which("epmd"):
            subprocess.run(
                [epmd, "-port", str(self._epmd_port), "-kill"],
                env=self._environment(),
                capture_output=True,
                check=False,
            )

    def _write_files(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{key} = {value}" for key, value in (self._listener() | self._config).items()]
        (self._folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n", "utf-8")
        (self._folder / "advanced.config").write_text(self._advanced, "utf-8")
        (self._folder / "enabled_plugins").write_text("[].", "utf-8")
        (self._folder / "environment").write_text("", "utf-8")

    def _listener(self) -> dict[str, str]:
        common = {"loopback_users": "none"}
        if self._tls is None:
            return common | {"listeners.tcp.1": f"127.0.0.1:{self.port}"}
        ca, certificate, key = self._tls
        return common | {
            "listeners.tcp": "none",
            "listeners.ssl.1": f"127.0.0.1:{self.port}",
            "ssl_options.cacertfile": str(ca),
            "ssl_options.certfile": str(certificate),
            "ssl_options.keyfile": str(key),
        }

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        return kept | {
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"hyperdock{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "logs"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "environment"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        }


def _program(name: str) -> Path | None:
    packaged = _BIN / name
    if packaged.exists():
        return packaged
    found = shutil.which(name)
    return Path(found) if found else None


def _free_ports(count: int) -> Sequence[int]:
    """Ports that nobody has now, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
