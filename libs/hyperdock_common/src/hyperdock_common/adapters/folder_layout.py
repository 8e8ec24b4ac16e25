"""Which folder holds an attempt's files: `<trial>/<job>/`, then `<trial>/<job>-attempt-2/`.

Before attempts were kept apart, `<job>/` held the files of whichever attempt stored last. Such a
folder is known by its mark, and is read for every attempt that has no folder of its own.
"""

import hashlib
import os
import shutil
from pathlib import Path

from hyperdock_common.adapters.folder_names import BEING_COPIED, TAKEN_FROM, is_id, is_ours


class Layout:
    """The folders below one root."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def logs(self, trial_id: str, job_id: str) -> Path | None:
        """The folder of a job's logs; None where an id cannot be the name of a folder."""
        return self._root / trial_id / job_id if is_id(trial_id) and is_id(job_id) else None

    def files(self, trial_id: str, job_id: str, attempt: int) -> Path | None:
        """Where an attempt's files are to be read; None where there can be none."""
        first = self.logs(trial_id, job_id)
        if first is None or attempt <= 1:
            return first if attempt == 1 else None
        own = _of_attempt(first, attempt)
        return first if not own.is_dir() and _is_shared(_mark(first)) else own

    def make_room(self, first: Path, attempt: int, source: Path) -> Path:
        """The folder that takes an attempt's files; what it has from another `source` is removed.

        Args:
            first: the folder of the job's logs.
            attempt: the attempt's number.
            source: where its files come from.

        Raises:
            ValueError: there is no such attempt.
            OSError: the disk does not take it.
        """
        digest = hashlib.sha256(os.fsencode(source.resolve())).hexdigest()
        if attempt > 1 and _mark(first) == digest:
            return first
        target, mark = _of_attempt(first, checked(attempt)), f"{digest} attempt {attempt}"
        if (noted := _mark(target)) not in (digest, mark):
            target.mkdir(parents=True, exist_ok=True)
            _empty(target)
        if noted != mark:
            _note(target, mark)
        return target


def checked(attempt: int) -> int:
    """The number of an attempt.

    Raises:
        ValueError: there is no such attempt.
    """
    if attempt < 1:
        raise ValueError(f"attempts count from 1: there is no attempt {attempt}")
    return attempt


def _of_attempt(first: Path, attempt: int) -> Path:
    return first if attempt == 1 else first.with_name(f"{first.name}-attempt-{attempt}")


def _mark(folder: Path) -> str:
    """What a folder tells of its files' source; empty where it holds no files."""
    try:
        return (folder / TAKEN_FROM).read_text()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _note(folder: Path, mark: str) -> None:
    """Marks it at once: by half a mark, what was taken over would be taken for another's files."""
    half_done = folder / BEING_COPIED
    half_done.write_text(mark)
    half_done.replace(folder / TAKEN_FROM)


def _is_shared(mark: str) -> bool:
    """Whether it is the mark of a folder from before attempts were kept apart."""
    return mark != "" and "attempt" not in mark


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if is_ours(entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
