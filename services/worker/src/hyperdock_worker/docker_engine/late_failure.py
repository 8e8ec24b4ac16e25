"""Telling a command that is not in the image from a target that failed.

The engine's init is always there, so the engine starts it; only then the init finds that there is
nothing to run, says so in the container's output, and ends.
"""

import re
from pathlib import Path

_CODES = frozenset({1, 126, 127})
_SAID = re.compile(rb"\A\[FATAL tini \(\d+\)\] exec (?P<command>.+) failed: (?P<why>.+)\n?\Z")
_MOST = 4096


def late_start_failure(code: int | None, log: Path) -> str | None:
    """What the init said when it could not run the command; None if it ran."""
    if code not in _CODES:
        return None
    try:
        with log.open("rb") as file:
            said = _SAID.match(file.read(_MOST))
    except FileNotFoundError:
        return None
    if said is None:
        return None
    command, why = (said[name].decode("utf-8", "replace") for name in ("command", "why"))
    return (
        f'the command "{command}" cannot be run in this image ({why}): check the trial\'s command, '
        "or the image's ENTRYPOINT and CMD; their shell form needs a shell in the image"
    )
