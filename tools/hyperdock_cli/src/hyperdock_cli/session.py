"""Where a command looks for its system: the options and variables that every command has."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

import click
from click.core import ParameterSource

from hyperdock_cli.completions import complete_profiles
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.launch import Outside

if TYPE_CHECKING:  # takes time to load, which `hyperdock --help` need not
    from hyperdock_cli.api_client import ApiClient

state_path = click.Path(file_okay=False, path_type=Path)

P = ParamSpec("P")
R = TypeVar("R")

STATE_HELP = "Folder that keeps everything: log, views, results.  [default: ~/.hyperdock]"
URL_HELP = "Gateway to talk to instead of the one of the state folder."
KEY_HELP = "Token for the gateway.  [default: for the state folder's, its own]"
PROFILE_HELP = "Gateway that `hyperdock login` has made a profile of.  [default: none]"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that was named.

    Attributes:
        words: how to name it again.
    """

    url: str
    token: str | None = field(repr=False)
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The state folder and the gateway that were named, and the way to them.

    Attributes:
        named_state: whether somebody named the folder: then the default profile is not meant.
        token: what was typed to get in with.
        token_of_url: what the environment has for a gateway that is named; the one of the state
            folder has its own.
    """

    outside: Outside
    state: Path
    named_state: bool = False
    url: str | None
    profile: str | None = None
    token: str | None = field(default=None, repr=False)
    token_of_url: str | None = field(default=None, repr=False)

    def at(
        self,
        state: Path | None,
        url: str | None,
        token: str | None = None,
        profile: str | None = None,
    ) -> Self:
        """The same with what a command's own options say: the nearer word counts."""
        told = self if token is None else replace(self, token=token)
        if state is None and url is None and profile is None:
            return told
        return replace(
            told,
            state=whole_path(state) if state else self.state,
            named_state=state is not None,
            url=url and with_scheme(url),
            profile=profile,
        )

    def gateway(self) -> Gateway | None:
        """The gateway that was named, or that the default profile names; None: the folder's."""
        if self.url is not None and self.profile is not None:
            raise Fault("--url and --profile are two gateways", "give one of them", code=REFUSED)
        if self.url is not None:
            return Gateway(self.url, self._token_for(self.url), ("--url", self.url))
        if self.profile is None and self.named_state:
            return None
        from hyperdock_client.profiles import read_profiles  # noqa: PLC0415 - slow, help is not

        profiles = read_profiles()
        name = self.profile or profiles.default
        if name is None:
            return None
        found = profiles.named(name)
        token = self.token or found.token
        return Gateway(with_scheme(found.url), token, ("--profile", name))

    def words(self) -> list[str]:
        """How to name the same system again."""
        gateway = self.gateway()
        return list(gateway.words) if gateway else ["--state", str(self.state)]

    def client(self) -> "ApiClient":
        """A client of the gateway that was named, or of the one of the state folder."""
        gateway = self.gateway()
        if gateway is not None:
            return self.outside.connect(gateway.url, gateway.token)
        url = self.outside.running_url(self.state)
        if url is None:
            problem = f"nothing runs on state folder {self.state}"
            raise Fault(problem, "start it with `hyperdock up`, or give --url", code=REFUSED)
        return self.outside.connect(url, self.token or self.outside.own_token(self.state))

    def _token_for(self, url: str) -> str | None:
        """The state folder's own is for nobody but its own gateway, also where that is named."""
        if self.token is not None or self.token_of_url is not None:
            return self.token or self.token_of_url
        if self.outside.running_url(self.state) == url:
            return self.outside.own_token(self.state)
        from hyperdock_client.profiles import read_profiles  # noqa: PLC0415 - as above

        return read_profiles().token_for(url)


def session_of(ctx: click.Context, outside: Outside) -> Session:
    """What the options of the root command and the environment name.

    What was typed beats what the environment says; there a URL beats a profile, and both a folder.
    """
    state, url, profile = (ctx.params.get(name) for name in ("state", "url", "profile"))
    token = ctx.params.get("token")
    typed = {name for name in ("state", "url", "profile") if _typed(ctx, name)}
    if typed:
        url = url if "url" in typed else None
        profile = profile if "profile" in typed else None
    elif url is not None:
        profile = None
    return Session(
        outside=outside,
        state=whole_path(state or Path("~/.hyperdock")),
        named_state="state" in typed if typed else state is not None,
        url=url and with_scheme(url),
        profile=profile,
        token=token if _typed(ctx, "token") else None,
        token_of_url=token,
    )


def whole_path(path: Path) -> Path:
    """A path that means the same wherever it is read."""
    return path.expanduser().absolute()


def with_scheme(url: str) -> str:
    """A URL as people type it, with its scheme."""
    return (url if "://" in url else f"http://{url}").rstrip("/")


def system_options(command: Callable[Concatenate[Session, P], R]) -> Callable[..., R]:
    """Adds --state, --url, --profile and --token to a command, which gets the session of them."""

    @click.option("--state", type=state_path, help=STATE_HELP)
    @click.option("--url", help=URL_HELP)
    @click.option("--profile", metavar="NAME", shell_complete=complete_profiles, help=PROFILE_HELP)
    @click.option("--token", help=KEY_HELP)
    @wraps(command)
    def with_session(
        *args: Any,
        state: Path | None,
        url: str | None,
        profile: str | None,
        token: str | None,
        **kwargs: Any,
    ) -> R:
        session = click.get_current_context().find_object(Session)
        if session is None:
            raise RuntimeError("the root command makes the session")
        return command(session.at(state, url, token, profile), *args, **kwargs)

    return with_session


def _typed(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
