"""If the worker is a container itself: which one? The kernel and the host name give it away.

None of the signs is certain (a container that shares another's network shows that one's files), so
they are only proposals, and whoever uses them checks.
"""

import platform
import re
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc/self")

_MOUNTED = re.compile(r"containers/([0-9a-f]{64})/")
_CGROUP = re.compile(r"[/-]([0-9a-f]{64})(?:\.scope)?(?:/|$)", re.MULTILINE)
_HOST_NAME = re.compile(r"[0-9a-f]{12}|[0-9a-f]{64}")


def own_container_ids(proc: Path = PROC, host: str | None = None) -> list[str]:
    """Ids, or beginnings of ids, that the own container may have; the most likely ones first."""
    return list(dict.fromkeys(_signs(proc, platform.node() if host is None else host)))


def place_on_host(mounts: dict[str, str], folder: Path) -> tuple[Path, str] | None:
    """The mount that covers a folder.

    Args:
        mounts: what is mounted in the own container: place in it, place on the engine's host.
        folder: a folder in the own container, without links.

    Returns:
        The innermost covering mount's place here and on the host.
    """
    covering = [each for each in mounts if folder.is_relative_to(each)]
    if not covering:
        return None
    innermost = max(covering, key=lambda each: len(Path(each).parts))
    return Path(innermost), mounts[innermost]


def _signs(proc: Path, host: str) -> Iterator[str]:
    yield from _CGROUP.findall(_content(proc / "cgroup"))
    yield from _MOUNTED.findall(_content(proc / "mountinfo"))
    if _HOST_NAME.fullmatch(host):
        yield host


def _content(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
