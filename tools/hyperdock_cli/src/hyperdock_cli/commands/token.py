"""`hyperdock token …`: who may use a gateway. Works on the file; the gateway follows it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.own_token import exchange_own_token
from hyperdock_cli.session import STATE_HELP, Session, state_path
from hyperdock_cli.state_folder import StateFolder
from hyperdock_common.spec.quantities import parse_duration
from hyperdock_gateway.auth.principal import SCOPES
from hyperdock_gateway.auth.token_file import changing, read_tokens
from hyperdock_gateway.auth.tokens import NAME_RULE, Token, Tokens, is_name, key_of, secret_of

Command = TypeVar("Command", bound=Callable[..., Any])

_SECRET: Final = 32
_LONGEST: Final = 100 * 365 * 86400.0


class _Duration(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    name = "DURATION"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            seconds = float(parse_duration(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not 0 <= seconds <= _LONGEST:
            self.fail(f"{value} is out of range; write e.g. 90d", param, ctx)
        return seconds


class _Name(click.ParamType):  # type: ignore[type-arg]  # as above
    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not is_name(value):
            self.fail(f"it {NAME_RULE}", param, ctx)
        return str(value)


def _file_options(command: Command) -> Command:
    for option in (
        click.option(
            "--file",
            type=click.Path(dir_okay=False, path_type=Path),
            envvar="HYPERDOCK_TOKENS_FILE",
            show_envvar=True,
            help="The file of the tokens.  [default: the one of the state folder]",
        ),
        click.option("--state", type=state_path, help=STATE_HELP),
    ):
        command = option(command)
    return command


@click.group()
def token() -> None:
    """Make, list, exchange and revoke tokens.

    A token says who asks a gateway, and what they may do: `read` looks, `submit` also changes
    trials and jobs, `admin` also drains workers. A gateway follows its file within a second.

    \b
    Examples:
      hyperdock token create ann --scope submit
      hyperdock token create ci --scope submit --expires 90d --file /etc/hyperdock/tokens.json
      hyperdock token list
      hyperdock token rotate ci --keep 24h
      hyperdock token revoke ann
    """  # noqa: D301


@token.command()
@click.argument("name", type=_Name())
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    required=True,
    help="What it may do; submit includes read, admin both.",
)
@click.option("--expires", type=_Duration(), help="How long it counts, e.g. 90d.  [default: ever]")
@_file_options
@click.pass_obj
def create(
    session: Session,
    /,
    *,
    name: str,
    scope: str,
    expires: float | None,
    state: Path | None,
    file: Path | None,
) -> None:
    """Make a token; its secret is shown this once, and kept nowhere.

    The secret alone goes to standard output.

    \b
    Examples:
      hyperdock token create ann --scope submit
      hyperdock token create ci --scope read --expires 90d --file tokens.json >ci.secret
    """  # noqa: D301
    path, now = _path(session, state, file), session.outside.now()
    with changing(path) as write:
        tokens = read_tokens(path)
        if tokens.named(name) is not None:
            remedy = f"choose another name, or `hyperdock token rotate {name}`"
            raise Fault(f"there is a token {name} in {path}", remedy, code=REFUSED)
        secret = secret_of(os.urandom(_SECRET))
        made = Token(
            name=name,
            key=key_of(secret),
            scopes=(scope,),
            created_at=now,
            expires_at=None if expires is None else now + expires,
        )
        write(tokens.with_token(made))
    _tell(secret, f"token {name} ({scope}) is in {path}; its secret is shown only now:")


@token.command("list")
@as_json
@_file_options
@click.pass_obj
def list_(session: Session, /, *, as_json: bool, state: Path | None, file: Path | None) -> None:
    """List the tokens: names, scopes and when they end. Secrets are not known.

    \b
    Examples:
      hyperdock token list
      hyperdock token list --file tokens.json --json
    """  # noqa: D301
    from hyperdock_cli.rendering.tokens import token_list  # noqa: PLC0415 - slow, help is not

    tokens = read_tokens(_path(session, state, file))
    if as_json:
        show_json([_described(each) for each in tokens.all])
    else:
        show(token_list(tokens, session.outside.now()))


@token.command()
@click.argument("name")
@_file_options
@click.pass_obj
def revoke(session: Session, /, *, name: str, state: Path | None, file: Path | None) -> None:
    """Take a token back: it opens nothing any more, its tickets and live feeds included.

    \b
    Example:
      hyperdock token revoke ann
    """  # noqa: D301
    path = _path(session, state, file)
    with changing(path) as write:
        tokens = read_tokens(path)
        _named(tokens, name, path)
        write(tokens.without(name))
    click.echo(f"token {name} is revoked in {path}")


@token.command()
@click.argument("name")
@click.option(
    "--keep",
    type=_Duration(),
    default="24h",
    show_default=True,
    help="How long the old secret counts besides the new one.",
)
@_file_options
@click.pass_obj
def rotate(
    session: Session, /, *, name: str, keep: float, state: Path | None, file: Path | None
) -> None:
    """Give a token a new secret, which is shown this once.

    \b
    Examples:
      hyperdock token rotate ci
      hyperdock token rotate ci --keep 0
    """  # noqa: D301
    path, now = _path(session, state, file), session.outside.now()
    with changing(path) as write:
        tokens = read_tokens(path)
        old = _named(tokens, name, path)
        secret = secret_of(os.urandom(_SECRET))
        write(tokens.with_token(old.exchanged(key_of(secret), now, keep)))
        exchange_own_token(path, old, secret)
    _tell(secret, f"token {name} has a new secret in {path}; it is shown only now:")


def _path(session: Session, state: Path | None, file: Path | None) -> Path:
    if file is not None and state is None:
        return file.expanduser()
    folder = StateFolder(session.at(state, None).state)
    folder.create()
    return folder.tokens


def _named(tokens: Tokens, name: str, path: Path) -> Token:
    found = tokens.named(name)
    if found is None:
        names = ", ".join(each.name for each in tokens.all) or "none"
        raise Fault(f"there is no token {name} in {path}", f"there are: {names}", code=REFUSED)
    return found


def _tell(secret: str, about: str) -> None:
    """The secret alone goes to standard output, so that a script can take it from there."""
    click.echo(about, err=True)
    click.echo(secret)


def _described(each: Token) -> dict[str, Any]:
    return {
        "name": each.name,
        "scopes": list(each.scopes),
        "created_at": each.created_at,
        "expires_at": each.expires_at,
        "previous_until": each.previous_until if each.previous else None,
    }
