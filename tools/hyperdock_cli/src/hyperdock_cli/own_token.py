"""The token of a state folder: for the command line of this machine, and the link to the page.

`tokens.json` holds the hashes of all tokens; this one's secret lies beside it, for its owner alone.
"""

from pathlib import Path
from typing import Final

from hyperdock_cli.state_folder import StateFolder, own_token
from hyperdock_gateway.auth.token_file import changing, read_tokens, write_whole
from hyperdock_gateway.auth.tokens import Token, key_of, secret_of

NAME: Final = "local"
_SCOPE: Final = "admin"


def make_own_token(folder: StateFolder, now: float, random_bytes: bytes) -> str:
    """The secret; made where there is none, or where it opens nothing any more.

    Args:
        folder: must be held: nobody else makes one at the same time.
        now: seconds since 1970.
        random_bytes: 32 unpredictable ones.

    Raises:
        TokenFileUnusable: the file of the tokens cannot be used.
        OSError: the secret cannot be kept.
    """
    with changing(folder.tokens) as write:
        tokens = read_tokens(folder.tokens)
        known, secret = tokens.named(NAME), own_token(folder.root)
        if known and secret and key_of(secret) in known.keys(now) and _SCOPE in known.scopes:
            return secret
        secret = secret_of(random_bytes)
        write_whole(folder.own_token, f"{secret}\n")
        token = Token(name=NAME, key=key_of(secret), scopes=(_SCOPE,), created_at=now)
        write(tokens.with_token(token))
        return secret


def exchange_own_token(tokens: Path, old: Token, secret: str) -> None:
    """Keeps a token's new secret where its old one is kept, if that is so.

    Args:
        tokens: the file of the tokens; the secret would lie beside it.
        old: the token before.
        secret: the new one.

    Raises:
        OSError: the secret cannot be kept.
    """
    kept = own_token(tokens.parent)
    if kept and key_of(kept) == old.key:
        write_whole(StateFolder(tokens.parent).own_token, f"{secret}\n")
