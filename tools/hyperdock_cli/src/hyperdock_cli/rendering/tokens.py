"""Tokens as a table."""

from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table
from hyperdock_gateway.auth.tokens import Token, Tokens


def token_list(tokens: Tokens, now: float) -> list[Part]:
    """All tokens, one a row."""
    if not tokens.all:
        return ["no tokens; `hyperdock token create NAME --scope submit` makes one"]
    rows = [
        (
            each.name,
            ", ".join(each.scopes),
            formats.moment(each.created_at),
            _end(each, now),
            formats.moment(each.previous_until) if now < each.previous_until else "-",
        )
        for each in tokens.all
    ]
    headings = ("token", "scope", "made", "ends", "old secret until")
    return [Table(headings=headings, rows=rows)]


def _end(token: Token, now: float) -> str:
    if token.expires_at is None:
        return "never"
    end = formats.moment(token.expires_at)
    return f"{end} (expired)" if token.expires_at <= now else end
