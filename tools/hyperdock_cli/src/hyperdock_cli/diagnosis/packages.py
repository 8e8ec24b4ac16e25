"""Python, and the packages of Hyperdock: of one release, or they do not fit together."""

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from hyperdock_cli.diagnosis.finding import Finding, ok, problem

_OLDEST: Final = (3, 11)
_PACKAGES: Final = (
    "hyperdock-cli",
    "hyperdock-client",
    "hyperdock-common",
    "hyperdock-gateway",
    "hyperdock-optimizers",
    "hyperdock-supervisor",
    "hyperdock-webui",
    "hyperdock-worker",
)


def look_at_packages() -> Iterator[Finding]:
    """The interpreter, and whether the packages are of one version."""
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _OLDEST:
        yield problem("python", here, "Hyperdock needs Python 3.11 or newer")
    else:
        yield ok("python", f"{here} at {sys.executable}")
    yield _packages({name: _version(name) for name in _PACKAGES})


def own_version() -> str:
    """The version of this command."""
    return _version("hyperdock-cli")


def _packages(versions: dict[str, str]) -> Finding:
    missing = [name for name, found in versions.items() if not found]
    if missing:
        text = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed"
        return problem("packages", text, "install hyperdock-cli again, with what it needs")
    kinds = sorted(set(versions.values()))
    if len(kinds) > 1:
        told = ", ".join(f"{name} {found}" for name, found in versions.items())
        return problem("packages", f"are not of one version: {told}", "install them all again")
    return ok("packages", f"{len(versions)} of version {kinds[0]}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
