"""`hyperdock login`: a gateway and a token for it, kept as a profile."""

import sys
from typing import Final
from urllib.parse import parse_qs, urldefrag, urlsplit

import click

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show_json
from hyperdock_cli.session import Session, with_scheme

_ABLE: Final = {
    "admin": "look, change trials and jobs, and drain workers",
    "submit": "look, and change trials and jobs",
    "read": "look",
}


@click.command()
@click.argument("url")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
@click.option("--profile", "name", metavar="NAME", help="Its name.  [default: the host's]")
@click.option("--no-default", is_flag=True, help="Keep the profile that counts by itself now.")
@as_json
@click.pass_obj
def login(
    session: Session,
    /,
    *,
    url: str,
    token_stdin: bool,
    name: str | None,
    no_default: bool,
    as_json: bool,
) -> None:
    """Keep the gateway at URL and a token for it as a profile; commands go there from then on.

    The token is asked for, and is tried before it is kept. The address that `hyperdock up` prints
    has one in it already.

    \b
    Examples:
      hyperdock login https://tuning.example.org
      hyperdock login https://tuning.example.org --profile lab --token-stdin <token
      hyperdock --profile lab trial list
    """  # noqa: D301
    from hyperdock_client.profiles import (  # noqa: PLC0415 - slow, help is not
        Profile,
        read_profiles,
        write_profiles,
    )

    url, in_url = _taken_apart(url)
    profiles = read_profiles()
    token = _token(session, url, in_url, from_stdin=token_stdin)
    who, scopes = _tried(session, url, token)
    name = name or urlsplit(url).hostname or url
    default = not no_default
    path = write_profiles(profiles.with_profile(name, Profile(url, token), default=default))
    if as_json:
        told = {"profile": name, "url": url, "name": who, "scopes": scopes, "default": default}
        show_json(told)
        return
    able = next(text for scope, text in _ABLE.items() if scope in scopes)
    click.echo(f"logged in at {url} as {who or 'anybody: it asks for no token'}")
    click.echo(f"you may {able} (scopes: {', '.join(scopes)})")
    click.echo(f"profile {name} is in {path}" + (", and counts from now on" * default))
    if default:
        click.echo("`hyperdock profile use --none` goes back to the state folder of this machine")


def _taken_apart(written: str) -> tuple[str, str | None]:
    """The gateway, and the token that may be in the address."""
    address, fragment = urldefrag(written)
    url = with_scheme(address)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Fault(f"{written!r} is no address of a gateway", "write https://host", code=REFUSED)
    token = parse_qs(fragment).get("token", [None])[0]
    return url, token


def _token(session: Session, url: str, in_url: str | None, *, from_stdin: bool) -> str | None:
    """The token; None where the gateway wants none."""
    with session.outside.connect(url, None) as client:
        if not client.health().get("login", False):
            return None
    if from_stdin:
        token = sys.stdin.readline().strip()
    elif in_url or session.token or session.token_of_url:
        token = in_url or session.token or session.token_of_url or ""
    elif sys.stdin.isatty():
        token = click.prompt(f"token for {url}", hide_input=True, err=True).strip()
    else:
        problem = "nobody is there to be asked for the token"
        raise Fault(problem, "give it on standard input with --token-stdin", code=REFUSED)
    if not token.isascii() or not token.isprintable() or not token or " " in token:
        raise Fault("this is no token", "`hyperdock token create NAME` makes one", code=REFUSED)
    if urlsplit(url).scheme == "http" and not _is_here(url):
        click.echo(f"warning: {url} is not https: others on the way can read the token", err=True)
    return token


def _tried(session: Session, url: str, token: str | None) -> tuple[str, list[str]]:
    with session.outside.connect(url, token) as client:
        from hyperdock_client import calls  # noqa: PLC0415 - slow, help is not

        me = client.document(calls.me())
    return str(me["name"]), list(me["scopes"])


def _is_here(url: str) -> bool:
    from hyperdock_client.places import Place  # noqa: PLC0415 - slow, help is not

    return Place(url).is_here
