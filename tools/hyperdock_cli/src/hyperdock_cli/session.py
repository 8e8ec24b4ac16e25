"""Where a command looks for its system: the options and variables that every command has."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

import click

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.launch import Outside

if TYPE_CHECKING:  # takes time to load, which `hyperdock --help` need not
    from hyperdock_cli.api_client import ApiClient

state_path = click.Path(file_okay=False, path_type=Path)

P = ParamSpec("P")
R = TypeVar("R")

STATE_HELP = "Folder that keeps everything: log, views, results.  [default: ~/.hyperdock]"
URL_HELP = "Gateway to talk to instead of the one of the state folder."


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The state folder and the gateway that were named, and the way to them."""

    outside: Outside
    state: Path
    url: str | None

    def at(self, state: Path | None, url: str | None) -> Self:
        """The same with what a command's own options say: the nearer word counts."""
        if state is None and url is None:
            return self
        url = url and with_scheme(url)
        return replace(self, state=whole_path(state) if state else self.state, url=url)

    def client(self) -> "ApiClient":
        """A client of the gateway that was named, or of the one of the state folder."""
        url = self.url or self.outside.running_url(self.state)
        if url is None:
            problem = f"nothing runs on state folder {self.state}"
            raise Fault(problem, "start it with `hyperdock up`, or give --url", code=REFUSED)
        return self.outside.connect(url)


def whole_path(path: Path) -> Path:
    """A path that means the same wherever it is read."""
    return path.expanduser().absolute()


def with_scheme(url: str) -> str:
    """A URL as people type it, with its scheme."""
    return url if "://" in url else f"http://{url}"


def system_options(command: Callable[Concatenate[Session, P], R]) -> Callable[..., R]:
    """Adds --state and --url to a command, which gets the session that they lead to."""

    @click.option("--state", type=state_path, help=STATE_HELP)
    @click.option("--url", help=URL_HELP)
    @wraps(command)
    def with_session(*args: Any, state: Path | None, url: str | None, **kwargs: Any) -> R:
        session = click.get_current_context().find_object(Session)
        if session is None:
            raise RuntimeError("the root command makes the session")
        return command(session.at(state, url), *args, **kwargs)

    return with_session
