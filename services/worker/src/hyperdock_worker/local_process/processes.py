"""What the operating system knows of processes: the only place that reads /proc and uses psutil."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import psutil

PROC = Path("/proc")
ON_LINUX = sys.platform == "linux"
_STARTED_AT = 19  # the start time's place among the fields that follow a process' name


def identity(pid: int) -> str | None:
    """Tells a process from a later one with the same pid; None where there is none."""
    if not ON_LINUX:
        return _portable_identity(pid)
    try:
        status = (PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    # In ticks since the boot, so that setting the clock changes nothing; the name may hold spaces.
    started = status.rpartition(b")")[2].split()[_STARTED_AT].decode()
    return f"{_boot()}:{pid}:{started}"


def is_of_this_boot(known: str) -> bool:
    """Whether a process of this identity was started since the machine was."""
    return not ON_LINUX or known.startswith(f"{_boot()}:")


def with_variables(wanted: Mapping[str, str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The processes whose environment holds all of the wanted variables, with their environments.

    A process cannot leave this set by leaving its group, session or parent.
    """
    marks = [f"{name}={value}".encode() for name, value in wanted.items()]
    for pid in _pids():
        if pid == os.getpid():
            continue
        content = _environment(pid)
        if all(mark in content for mark in marks):  # cheap, and false for nearly all
            variables = content.split(b"\0")
            if all(mark in variables for mark in marks):
                yield pid, _as_mapping(variables)


def command_of(pid: int) -> Sequence[str]:
    """What a process was last told to run; nothing if it is gone."""
    try:
        return psutil.Process(pid).cmdline()
    except psutil.Error:
        return []


def kill(pid: int) -> None:
    """Kills a process if it is still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def memory(pids: list[int], limit: int) -> int:
    """Bytes that these processes hold in memory together.

    Pages that they share are only counted once where that decides about the limit: finding out
    takes longer.
    """
    resident = sum(_resident(pid) for pid in pids)
    if resident <= limit or len(pids) == 1:
        return resident
    return sum(_proportional(pid) for pid in pids)


@lru_cache(maxsize=1)
def _boot() -> str:
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()


def _portable_identity(pid: int) -> str | None:
    try:
        return f"{pid}:{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        return None


def _pids() -> Iterator[int]:
    if ON_LINUX:
        return (int(name) for name in os.listdir(PROC) if name.isdecimal())  # noqa: PTH208
    return iter(psutil.pids())


def _environment(pid: int) -> bytes:
    """Its variables as the kernel keeps them; nothing where they are none of our business."""
    try:
        if ON_LINUX:
            # Runs over all processes at every target's end: no detour over Path.
            with open(f"/proc/{pid}/environ", "rb", buffering=0) as file:  # noqa: PTH123
                return file.read()
        found = psutil.Process(pid).environ()
        return b"\0".join(f"{name}={value}".encode() for name, value in found.items())
    except (OSError, psutil.Error):
        return b""


def _as_mapping(variables: list[bytes]) -> Mapping[str, str]:
    pairs = (os.fsdecode(each).partition("=") for each in variables if each)
    return {name: value for name, _, value in pairs}


def _resident(pid: int) -> int:
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0


def _proportional(pid: int) -> int:
    """Shared pages are divided among those who share them."""
    try:
        detailed = psutil.Process(pid).memory_full_info()
    except psutil.Error:
        return _resident(pid)
    return int(getattr(detailed, "pss", detailed.rss))
