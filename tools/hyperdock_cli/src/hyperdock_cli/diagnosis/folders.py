"""The state folder, the disk below it, and the file of the profiles."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hyperdock_cli.diagnosis.finding import GIB, Finding, ok, problem, warning
from hyperdock_cli.rendering import formats
from hyperdock_cli.state_folder import StateFolder
from hyperdock_client import NoGateway
from hyperdock_client.profiles import profiles_path, read_profiles

_LITTLE: Final = 1 * GIB
_HARDLY_ANY: Final = 64 * 2**20
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def look_at_folder(state: Path, url: str | None) -> Iterator[Finding]:
    """Whether the state folder is there and can be written, and how much room there is.

    Args:
        state: the folder.
        url: where the process answers that holds it; None: nobody does, or it does not answer yet.
    """
    about = "state folder"
    if not state.exists():
        if _can_be_made(state):
            yield ok(about, f"{state} is not there yet; `hyperdock up` makes it")
        else:
            yield problem(about, f"{state} cannot be made", "name another one with --state")
    elif not state.is_dir():
        yield problem(about, f"{state} is no folder", "name another one with --state")
    elif not os.access(state, os.R_OK | os.W_OK | os.X_OK):
        remedy = f"`chown` it to you, or name another one with --state (it is of {_owner(state)})"
        yield problem(about, f"{state} cannot be written", remedy)
    else:
        held = f"held by `hyperdock up` at {url}" if url else "nothing runs on it"
        yield ok(about, f"{state}, {held}")
        yield from _own_token(state)
    yield _disk(state)


def look_at_profiles() -> Iterator[Finding]:
    """Whether the file of the profiles can be read, by its owner alone."""
    about, path = "profiles", profiles_path()
    if not path.exists():
        yield ok(about, "none; `hyperdock login URL` makes one")
        return
    try:
        profiles = read_profiles(path)
    except NoGateway as error:
        yield problem(about, str(error), f"mend it, or remove it: rm {path}")
        return
    yield from _private(about, path)
    counts = f", {profiles.default} counts" if profiles.default else ""
    if profiles.default and profiles.default not in profiles.known:
        remedy = "`hyperdock profile use` chooses one"
        yield problem(about, f"there is no profile {profiles.default!r}", remedy)
    else:
        yield ok(about, f"{len(profiles.known)} in {path}{counts}")


def _own_token(state: Path) -> Iterator[Finding]:
    folder = StateFolder(state)
    for path in (folder.own_token, folder.tokens):
        if path.exists():
            yield from _private("tokens", path)


def _private(about: str, path: Path) -> Iterator[Finding]:
    mode = path.stat().st_mode
    if mode & _OTHERS:
        text = f"{path} can be read by others (mode {stat.S_IMODE(mode):04o})"
        yield problem(about, text, f"chmod 600 {path}")


def _can_be_made(state: Path) -> bool:
    above = next((each for each in state.parents if each.exists()), Path("/"))
    return above.is_dir() and os.access(above, os.W_OK | os.X_OK)


def _disk(state: Path) -> Finding:
    place = next(each for each in (state, *state.parents) if each.exists())
    found = shutil.disk_usage(place)
    text = f"{formats.size(found.free)} free of {formats.size(found.total)} at {place}"
    remedy = "make room, or name a folder on another disk with --state"
    if found.free < _HARDLY_ANY:
        return problem("disk", text, remedy)
    return warning("disk", text, remedy) if found.free < _LITTLE else ok("disk", text)


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return f"user {path.stat().st_uid}"
