"""Which names may stand in the artifacts' folder, and which of them are ours."""

import hashlib
import os
import re
from pathlib import PurePosixPath
from typing import Final

TAKEN_FROM: Final = ".taken-from"
"""Tells from which folder an attempt's files are being taken over, or were."""

BEING_COPIED: Final = ".being-copied"
"""A file that is not complete yet."""

BEING_NOTED: Final = ".being-noted-"
"""How the name of a note on a removed log begins that is not complete yet."""

_LOG: Final = re.compile(r"log(?:\.attempt-(\d+))?\.(?:txt|removed\.json)")
_LONGEST: Final = 200


def is_id(text: str) -> bool:
    """Whether an id is fit to be the name of a folder."""
    return (
        0 < len(text.encode(errors="replace")) <= _LONGEST
        and not text.startswith(".")
        and not set(text) & {"/", "\\", "\0"}
    )


def log_name(attempt: int) -> str:
    """The file of an attempt's log, in its job's folder."""
    return "log.txt" if attempt == 1 else f"log.attempt-{attempt}.txt"


def removed_name(attempt: int) -> str:
    """The file that tells what became of an attempt's log, once that was removed."""
    return f"{log_name(attempt).removesuffix('.txt')}.removed.json"


def attempt_of(name: str) -> int | None:
    """Of which attempt a file is the log; None where it is no log."""
    match = _LOG.fullmatch(name)
    attempt = int(match[1] or 1) if match and len(name) < _LONGEST else None
    return attempt if attempt and name == log_name(attempt) else None


def is_ours(name: str) -> bool:
    """Whether a name at the top of a job's folder is one that this store uses itself."""
    return (
        name in (TAKEN_FROM, BEING_COPIED)
        or name.startswith(BEING_NOTED)
        or _LOG.fullmatch(name) is not None
    )


def stored_name(name: str, *, top: bool) -> str:
    """The name under which a target's file is kept: readable text, and not one of ours."""
    raw = os.fsencode(name)
    text = raw.decode(errors="backslashreplace")
    if len(text) > len(name) and len(text) > _LONGEST:  # it grew, perhaps beyond what a name may
        return f"{text[:_LONGEST]}-{hashlib.sha256(raw).hexdigest()[:8]}"
    return f"target-{text.lstrip('.')}" if top and is_ours(text) else text


def inner_path(path: str) -> PurePosixPath | None:
    """A path inside a job's folder that may be opened, None where it could lead outside."""
    parts = path.split("/")
    if "\0" in path or any(part in ("", ".", "..") for part in parts) or is_ours(parts[0]):
        return None
    return PurePosixPath(path)
