"""The gateways that a person has logged in to, by name: one file, for its owner alone."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from hyperdock_client.errors import NoGateway

PROFILES = "~/.config/hyperdock/profiles.json"
_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class Profile:
    """A gateway, and the token that it is asked with."""

    url: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """All of them.

    Attributes:
        default: the name of the one that counts where none is named; None: there is none.
    """

    default: str | None = None
    known: Mapping[str, Profile] = field(default_factory=dict)

    def named(self, name: str) -> Profile:
        """The profile of this name.

        Raises:
            NoGateway: there is none.
        """
        if name not in self.known:
            remedy = "`hyperdock login` makes one"
            raise NoGateway(f"there is no profile {name!r} in {PROFILES}; {remedy}")
        return self.known[name]

    def token_for(self, url: str) -> str | None:
        """The token that some profile has for this gateway."""
        tokens = (each.token for each in self.known.values() if _same(each.url, url) and each.token)
        return next(tokens, None)

    def with_profile(self, name: str, profile: Profile, *, default: bool) -> Self:
        """The same with one more, or with another one of this name."""
        known = {**self.known, name: profile}
        return replace(self, known=known, default=name if default else self.default)

    def without(self, name: str) -> Self:
        """The same without it."""
        known = {each: profile for each, profile in self.known.items() if each != name}
        return replace(self, known=known, default=None if self.default == name else self.default)


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def profiles_path() -> Path:
    """Where they are kept."""
    return Path(PROFILES).expanduser()


def read_profiles(path: Path | None = None) -> Profiles:
    """The profiles; none where there is no file.

    Raises:
        NoGateway: the file cannot be read.
    """
    path = path or profiles_path()
    try:
        return _parsed(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return Profiles()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoGateway(f"{path} cannot be read: {error}") from error


def write_profiles(profiles: Profiles, path: Path | None = None) -> Path:
    """Keeps them, whole or not at all, and so that nobody else can read them; where that is.

    Raises:
        OSError: they cannot be kept.
    """
    path = path or profiles_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
    text = json.dumps(_document(profiles), indent=2) + "\n"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600 from the start
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


def _parsed(found: Any) -> Profiles:
    known = {
        str(name): Profile(str(each["url"]), each.get("token"))
        for name, each in (found.get("profiles") or {}).items()
    }
    return Profiles(default=found.get("default"), known=known)


def _document(profiles: Profiles) -> dict[str, Any]:
    known = {
        name: {"url": each.url} | ({"token": each.token} if each.token else {})
        for name, each in profiles.known.items()
    }
    return {"default": profiles.default, "profiles": known}
