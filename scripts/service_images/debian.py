"""The stand-in for `python:3.x-slim`: a minimal Debian of this machine's release, with Python."""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from .commands import as_root, run
from .problems import CommandFailed

_PACKAGES: Final = ("ca-certificates", "python3", "python3-venv")
_SOURCES: Final = ("/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list")
_MIRROR: Final = re.compile(r"^(?:URIs:|deb\s+(?:\[[^]]*\]\s+)?)\s*(https?://\S+)", re.MULTILINE)
_NOT_NEEDED: Final = (
    "var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man",
    "usr/share/locale", "var/log",
)  # fmt: skip
_MAKE: Final = """\
set -e
debootstrap --variant=minbase --include="$1" "$2" "$3" $4
cd "$3"
shift 4
for folder; do find "$folder" -mindepth 1 -delete; done
ln -s python3 usr/bin/python
tar -c --file=../image.tar .
"""


def release() -> str:
    """This machine's release: the one whose packages debootstrap can verify for sure."""
    facts = Path("/etc/os-release").read_text("utf-8")
    name = re.search(r"^VERSION_CODENAME=(\w+)$", facts, re.MULTILINE)
    if name is None:
        raise CommandFailed("this machine is no Debian: use --real-bases")
    return name[1]


def make_archive(folder: Path) -> Path:
    """Makes the system and returns it as a tar archive in `folder`."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        tree = Path(scratch) / "tree"
        include = ",".join(_PACKAGES)
        words: list[str | Path] = [
            "sh",
            "-c",
            _MAKE,
            "sh",
            include,
            release(),
            tree,
            _mirror(),
            *_NOT_NEEDED,
        ]
        try:
            run(as_root(words))
            archive = folder / "debian.tar"
            (tree.parent / "image.tar").replace(archive)
        finally:
            subprocess.run(as_root(["rm", "-rf", str(tree)]), check=False)
    return archive


def inputs() -> tuple[str, ...]:
    """What the archive depends on."""
    return (release(), *_PACKAGES, _MAKE)


def _mirror() -> str:
    """Where this machine's own packages come from; debootstrap knows one if it cannot be told."""
    if chosen := os.environ.get("HYPERDOCK_DEBIAN_MIRROR"):
        return chosen
    for file in map(Path, _SOURCES):
        if file.is_file() and (found := _MIRROR.search(file.read_text("utf-8"))):
            return found[1]
    return ""
