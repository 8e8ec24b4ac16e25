"""Addresses and passwords of servers: read from options or files, shown to nobody."""

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

_PASSWORD: Final = re.compile(r"(://[^:@\s]*):.*@")
_WITHOUT_SCHEME: Final = re.compile(r"^([^:/@\s]*):(?!//)\S*@")
_KEY_PASSWORD: Final = re.compile(r"(?i)(password=)[^&]*")


class Secret(str):
    """Text that does not show itself in a `repr`, for example of the settings that hold it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def redacted(url: str) -> str:
    """The address without what nobody is to see in a log."""
    for password in (_PASSWORD, _WITHOUT_SCHEME):
        url = password.sub(r"\1:***@", url)
    return _KEY_PASSWORD.sub(r"\1***", url)


class ServerUrl(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """The address of a server, which may hold its password."""

    name = "URL"

    def __init__(self, *schemes: str) -> None:
        self._begins = " or ".join(f"{scheme}://" for scheme in schemes)
        self._schemes = schemes

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Secret:
        """Checks that it looks like an address of such a server."""
        url = str(value).strip()
        try:
            parts = urlsplit(url)
        except ValueError as error:
            self.fail(f"{redacted(url)} is no address: {error}", param, ctx)
        if parts.scheme not in self._schemes:
            self.fail(f"{redacted(url)} does not begin with {self._begins}", param, ctx)
        if not parts.hostname:
            self.fail(f"{redacted(url)} names no host", param, ctx)
        if "@" in parts.path:
            remedy = "write / in a password as %2F and @ as %40, or use a password file"
            self.fail(f"{redacted(url)} cannot be told apart: {remedy}", param, ctx)
        return Secret(url)


class SecretFile(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """A file whose content is the setting, without the line feed at its end."""

    name = "FILE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Secret:
        """Reads the file."""
        if isinstance(value, Secret):
            return value
        try:
            content = Path(value).expanduser().read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self.fail(f"{value} cannot be read: {reason}", param, ctx)
        secret = content.removesuffix("\n").removesuffix("\r")
        if not secret:
            self.fail(f"{value} is empty; write the secret into it", param, ctx)
        return Secret(secret)


class UrlFile(SecretFile):
    """A file that holds the address of a server."""

    def __init__(self, url: ServerUrl) -> None:
        self._url = url

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Secret:
        """Reads the file and checks the address in it."""
        return self._url.convert(super().convert(value, param, ctx), param, ctx)
