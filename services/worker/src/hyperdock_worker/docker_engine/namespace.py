"""Is a holder's network namespace as clean as a new one? Read from the kernel's own counts.

After a job its sockets are gone, but the kernel may keep on what was being closed. The counts are
those of the holder's process on this host; where the engine runs on another, or hides it, nobody
can tell.
"""

import re
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")

COUNTS = ("sockstat", "sockstat6")
"""How many there are of each kind, for TCP also of those that linger after both ends closed them.
Listing TCP's sockets instead takes the kernel ten milliseconds."""

LISTS = ("raw", "raw6", "icmp", "icmp6", "unix", "packet")
"""One line for each of the other kinds that a container without capabilities might open."""

SYSCTLS = {"net.ipv4.tcp_max_tw_buckets": "0"}
"""Closed connections leave nothing behind: else each holds its port for a minute."""

_COUNT = re.compile(r"\b(inuse|tw) (\d+)")
_USED = re.compile(r"^sockets: used (\d+)", re.MULTILINE)


def can_be_seen(pid: int, container: str, proc: Path = PROC) -> bool:
    """Whether the process with this pid is a container's, seen from here."""
    try:
        return container in (proc / str(pid) / "cgroup").read_text()
    except OSError:
        return False


def sockets(pid: int, proc: Path = PROC) -> int | None:
    """How many sockets of any kind a process' namespace has; None if nobody can tell.

    An idle one may have some: those through which the engine looks after it.
    """
    try:
        used = _USED.search((proc / str(pid) / "net" / COUNTS[0]).read_text())
    except OSError:
        return None
    return int(used[1]) if used else None


def is_clean(pid: int, container: str, idle: int | None, proc: Path = PROC) -> bool:
    """Whether nothing is left in the namespace of a container's process.

    Args:
        pid: of a process of the container.
        container: its id.
        idle: how many sockets there were when no job had been in it, None if nobody knows.
        proc: where the kernel tells.
    """
    left = sockets(pid, proc)
    if idle is None or left is None or left > idle or not can_be_seen(pid, container, proc):
        return False
    return not any(_in_use(proc / str(pid) / "net"))


def _in_use(net: Path) -> Iterator[bool]:
    for name in COUNTS:
        for count in _COUNT.finditer(_content(net / name)):
            yield int(count[2]) > 0
    for name in LISTS:
        yield _content(net / name).count("\n") > 1  # the first line is the heading


def _content(path: Path) -> str:
    """Nothing where the kernel does not know this kind of socket."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
