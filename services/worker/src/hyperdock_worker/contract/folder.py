"""The attempt's folder: made before the target starts, measured while it runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from hyperdock_common.json_types import JsonObject

EVERYBODY_WRITES = 0o777
"""The target may run as any user: its image's, without root's right to write everywhere."""

BLOCK = 512
"""What `st_blocks` counts in, whatever the file system's own blocks are."""


def prepare(folder: Path, params: JsonObject) -> None:
    """Makes the folder that the target sees: `params.json` and an empty `out/`.

    Repeating it does no harm as long as the target was not started.

    Args:
        folder: `AttemptFolder.target`, which need not be there yet.
        params: the job's parameters.
    """
    out = folder / "out"
    out.mkdir(parents=True, exist_ok=True)
    for each in (folder, out):
        each.chmod(EVERYBODY_WRITES)  # mkdir's mode would be cut by the umask
    written = folder / "params.json.new"
    written.write_text(json.dumps(params, allow_nan=False), encoding="utf-8")
    written.chmod(0o644)
    written.replace(folder / "params.json")


def folder_size(path: Path, limit: int | None = None) -> int:
    """How many bytes the files below `path` take on the disk; links are not followed.

    Args:
        path: a folder, perhaps being written to.
        limit: stop counting once the sum is beyond it.
    """
    total = 0
    linked: set[tuple[int, int]] = set()
    for status in _files(path):
        if status.st_nlink > 1:
            if (status.st_dev, status.st_ino) in linked:
                continue
            linked.add((status.st_dev, status.st_ino))
        # A sparse file holds fewer blocks than its size says, one just being written may hold more.
        total += min(status.st_size, status.st_blocks * BLOCK)
        if limit is not None and total > limit:
            break
    return total


def _files(path: Path) -> Iterator[os.stat_result]:
    folders = [os.fspath(path)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        yield entry.stat(follow_symlinks=False)
        except OSError:  # gone meanwhile, or closed to us: then it is not counted
            continue
