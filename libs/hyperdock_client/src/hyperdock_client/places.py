"""Where the gateway is and who asks: named, from the environment, a profile, or found at hand."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hyperdock_client.errors import NoGateway
from hyperdock_client.profiles import Profile, read_profiles

_STATE = "~/.hyperdock"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Place:
    """A gateway, and the token that it is asked with."""

    url: str
    token: str | None = None

    def __repr__(self) -> str:
        return f"Place({self.url!r})"  # no token in anybody's output

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine: then no proxy is to stand between."""
        return urlsplit(self.url).hostname in _LOOPBACK


def find_place(
    url: str | None = None,
    token: str | None = None,
    profile: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Place:
    """The gateway that is meant.

    The first of these that says something: `url` or `profile`; HYPERDOCK_URL; HYPERDOCK_PROFILE;
    HYPERDOCK_STATE, a folder with its `hyperdock up`; the profile that `hyperdock login` made the
    default; the `hyperdock up` of the usual state folder. A
    URL goes with HYPERDOCK_TOKEN, else with what its profile or its state folder has for it; the
    others go with their own tokens.

    Raises:
        NoGateway: nothing says which, or there is no such profile.
    """
    if url is None and profile is None:
        url = environ.get("HYPERDOCK_URL") or None
        profile = environ.get("HYPERDOCK_PROFILE") or None
    state = Path(environ.get("HYPERDOCK_STATE") or _STATE)
    profiles = read_profiles()
    if url is not None:
        url = whole(url)
        here = _running(state.expanduser())
        own = here.token if here is not None and here.url == url else None
        return Place(url, token or environ.get("HYPERDOCK_TOKEN") or profiles.token_for(url) or own)
    named_state = bool(environ.get("HYPERDOCK_STATE"))  # who names a folder means that one
    name = profile or (None if named_state else profiles.default)
    if name is not None:
        found = _place(profiles.named(name))
    elif (here := _running(state.expanduser())) is not None:
        found = here
    else:
        wanted = "name a gateway by `url`, HYPERDOCK_URL or `hyperdock login`, or start one"
        raise NoGateway(f"{wanted} with `hyperdock up`")
    return Place(found.url, token or found.token)


def whole(url: str) -> str:
    """A URL as people type it, as it is used."""
    return (url if "://" in url else f"http://{url}").rstrip("/")


def _place(profile: Profile) -> Place:
    return Place(whole(profile.url), profile.token)


def _running(state: Path) -> Place | None:
    """The `hyperdock up` that holds a state folder now; the token beside it is for its owner."""
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows, and no `hyperdock up`

        with (state / "lock").open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        url = _read(state / "lock").get("url")
    except (ImportError, OSError):
        return None
    else:
        return None
    token = None
    with suppress(OSError):
        token = (state / "token").read_text("ascii").strip() or None
    return Place(str(url), token) if url else None


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise NoGateway(f"{path} cannot be read: {error}") from error
    return found if isinstance(found, dict) else {}
