"""The packages of all services as wheels, fetched by this machine's pip into a cache here."""

import hashlib
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from .commands import run

_ENTRY: Final = re.compile(r"^(\w[^\\\n]*?) *\\?\n((?: +--hash=\S+ *\\?\n)*)", re.MULTILINE)
_BACKEND: Final = "hatchling"
_DONE: Final = ".complete"


def fetch(locks: Iterable[str], python: str, cache: Path) -> Path:
    """Returns a folder with the wheels that these locks name, for this version of Python."""
    wanted = sorted({entry for lock in locks for entry in entries(lock, python)})
    key = hashlib.sha256("\n".join([python, _BACKEND, *wanted]).encode()).hexdigest()[:16]
    folder = cache / f"wheels-{key}"
    if (folder / _DONE).exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(wanted) + "\n", "utf-8")
    _download(python, folder, ["--no-deps", "--require-hashes", "--requirement", str(listed)])
    _download(python, folder, [_BACKEND])
    listed.unlink()
    (folder / _DONE).touch()
    _drop_others(cache, folder)
    return folder


def entries(lock: str, python: str) -> Iterator[str]:
    """What a lock names for this version of Python: pins with their hashes, without markers."""
    version = {"python_full_version": f"{python}.0", "python_version": python}
    for head, hashes in _ENTRY.findall(lock):
        pin = Requirement(head)
        if pin.marker is None or pin.marker.evaluate(version):
            yield " ".join(
                [f"{pin.name}{pin.specifier}", *re.findall(r"--hash=\S+?(?=\s|$)", hashes)]
            )


def pick(lock: str, names: Iterable[str]) -> str:
    """That part of a lock that is about these packages."""
    wanted = set(names)
    return "".join(
        match[0] for match in _ENTRY.finditer(lock) if Requirement(match[1]).name in wanted
    )


def _download(python: str, folder: Path, what: list[str]) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--only-binary", ":all:", "--python-version", python, "--dest", folder, *what])


def _drop_others(cache: Path, kept: Path) -> None:
    for folder in cache.glob("wheels-*"):
        if folder != kept:
            shutil.rmtree(folder)
