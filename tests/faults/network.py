"""A host of its own for a worker: a network namespace, with a link that can be cut.

From in there nothing is reachable but forwarders on this end of the link, so the servers need not
listen anywhere but where they do.
"""

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import threading
from types import TracebackType
from typing import Final, Self

_numbers: Final = itertools.count(1)
_PIECE: Final = 65536


def can_isolate() -> bool:
    """Whether namespaces can be made here."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


class Forwarder:
    """Passes connections on to a port of this machine; each direction can be stopped.

    What is stopped is not lost: it goes on when the direction is opened again, as it does where a
    network drops packets for a while.
    """

    def __init__(self, address: str, target: int) -> None:
        self._target = target
        self._listener = socket.create_server((address, 0))
        self.port: int = self._listener.getsockname()[1]
        self.there = _opened()
        self.back = _opened()
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, name="forwarder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it, and all that goes through it."""
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.there.set()
        self.back.set()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                if self._listener.fileno() < 0:
                    return
                continue
            server.settimeout(None)
            self._sockets += [client, server]
            for ends in ((client, server, self.there), (server, client, self.back)):
                threading.Thread(target=_pump, args=ends, name="pump", daemon=True).start()


class Host:
    """The namespace and its link."""

    def __init__(self) -> None:
        number = next(_numbers)
        self._name = f"hd{os.getpid()}n{number}"
        self._ours, self._theirs = f"hd{os.getpid()}a{number}", f"hd{os.getpid()}b{number}"
        net = f"10.{213 + number % 40}.{os.getpid() % 250}"
        self.here, self._there = f"{net}.1", f"{net}.2"
        self._forwarders: list[Forwarder] = []

    @property
    def within(self) -> list[str]:
        """The command that runs another one in there."""
        return ["ip", "netns", "exec", self._name]

    def forward(self, port: int) -> Forwarder:
        """A way to a port of this machine, at a port of `here`."""
        forwarder = Forwarder(self.here, port)
        self._forwarders.append(forwarder)
        return forwarder

    def cut(self) -> None:
        """Takes the link away, as if a cable were pulled."""
        _ip("link", "set", self._ours, "down")

    def mend(self) -> None:
        """Puts it back."""
        _ip("link", "set", self._ours, "up")

    def stop_one_way(self, *, there: bool) -> None:
        """Lets nothing through any more in one direction: to the servers (`there`), or back."""
        for each in self._forwarders:
            (each.there if there else each.back).clear()

    def let_through(self) -> None:
        """Opens both directions."""
        for each in self._forwarders:
            each.there.set()
            each.back.set()

    def __enter__(self) -> Self:
        _ip("netns", "add", self._name)
        _ip("link", "add", self._ours, "type", "veth", "peer", self._theirs, "netns", self._name)
        _ip("addr", "add", f"{self.here}/30", "dev", self._ours)
        _ip("link", "set", self._ours, "up")
        for command in (
            ["addr", "add", f"{self._there}/30", "dev", self._theirs],
            ["link", "set", self._theirs, "up"],
            ["link", "set", "lo", "up"],
        ):
            _ip("-n", self._name, *command)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for forwarder in self._forwarders:
            forwarder.close()
        for command in (["link", "del", self._ours], ["netns", "del", self._name]):
            with contextlib.suppress(subprocess.CalledProcessError):
                _ip(*command)


def _opened() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def _pump(source: socket.socket, target: socket.socket, is_open: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            is_open.wait()
            target.sendall(piece)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
