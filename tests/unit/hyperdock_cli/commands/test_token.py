"""`hyperdock token`: made, listed, exchanged, revoked, in the state folder's file or another."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.own_token import make_own_token
from hyperdock_cli.state_folder import StateFolder, own_token
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_gateway.auth.token_file import read_tokens
from hyperdock_gateway.auth.tokens import Token, key_of

Invoke = Callable[..., Result]
DAY = 86400.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the tokens are, or will be."""
    return tmp_path / "tokens.json"


def named(file: Path, name: str) -> Token:
    """The token of this name."""
    found = read_tokens(file).named(name)
    assert found is not None
    return found


def test_a_secret_is_shown_once_and_kept_nowhere(
    invoke: Invoke, outside: FakeOutside, file: Path
) -> None:
    """Alone on standard output; the file has what it can be recognised by."""
    words = ("--scope", "submit", "--expires", "90d", "--file", str(file))
    result = invoke("token", "create", "ann", *words)
    assert result.exit_code == 0, result.stderr
    secret = result.stdout.strip()
    assert secret.startswith("hd_")
    token = named(file, "ann")
    assert (token.key, token.scopes) == (key_of(secret), ("submit",))
    assert token.expires_at == outside.gateway.now() + 90 * DAY
    assert secret not in file.read_text("utf-8")
    assert secret not in result.stderr
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_name_is_given_once(invoke: Invoke, file: Path) -> None:
    """The token that has it stays as it is."""
    words = ("token", "create", "ann", "--scope", "read", "--file", str(file))
    secret = invoke(*words).stdout.strip()
    again = invoke(*words)
    assert again.exit_code == 2
    assert "hyperdock token rotate ann" in again.stderr
    assert named(file, "ann").key == key_of(secret)


@pytest.mark.parametrize(
    "words",
    [
        ("a b", "--scope", "read"),
        ("../x", "--scope", "read"),
        ("ann",),
        ("ann", "--scope", "write"),
        ("ann", "--scope", "read", "--expires", "soon"),
        ("ann", "--scope", "read", "--expires", "-1"),
        ("ann", "--scope", "read", "--expires", "nan"),
        ("ann", "--scope", "read", "--expires", "1e300"),
    ],
)
def test_what_makes_no_token_is_refused(invoke: Invoke, file: Path, words: tuple[str, ...]) -> None:
    """And nothing is written."""
    assert invoke("token", "create", *words, "--file", str(file)).exit_code == 2
    assert not file.exists()


def test_the_state_folder_has_a_file_of_its_own(invoke: Invoke, tmp_path: Path) -> None:
    """Which is used where none is named; a variable can name one, too."""
    state, elsewhere = tmp_path / "state", tmp_path / "else.json"
    invoke("--state", str(state), "token", "create", "ann", "--scope", "read")
    assert named(state / "tokens.json", "ann")
    invoke("token", "create", "bob", "--scope", "read", "--state", str(state))
    assert named(state / "tokens.json", "bob")
    environ = {"HYPERDOCK_TOKENS_FILE": str(elsewhere)}
    invoke("token", "create", "cat", "--scope", "read", env=environ)
    assert named(elsewhere, "cat")


def test_an_exchanged_secret_counts_for_a_day(
    invoke: Invoke, outside: FakeOutside, file: Path
) -> None:
    """So that whoever has it can be given the new one in peace; or not at all any more."""
    where = ("--file", str(file))
    old = invoke("token", "create", "ann", "--scope", "read", *where).stdout.strip()
    new = invoke("token", "rotate", "ann", *where).stdout.strip()
    now = outside.gateway.now()
    assert named(file, "ann").keys(now + DAY - 1) == (key_of(new), key_of(old))
    assert named(file, "ann").keys(now + DAY) == (key_of(new),)
    newest = invoke("token", "rotate", "ann", "--keep", "0", *where).stdout.strip()
    assert named(file, "ann").keys(now) == (key_of(newest),)
    assert named(file, "ann").scopes == ("read",)


def test_a_revoked_token_is_gone(invoke: Invoke, file: Path) -> None:
    """The others stay."""
    for name in ("ann", "bob"):
        invoke("token", "create", name, "--scope", "read", "--file", str(file))
    assert invoke("token", "revoke", "ann", "--file", str(file)).exit_code == 0
    assert [each.name for each in read_tokens(file).all] == ["bob"]


@pytest.mark.parametrize("command", ["revoke", "rotate"])
def test_a_name_that_is_not_there_is_a_refusal(invoke: Invoke, file: Path, command: str) -> None:
    """With the names that are."""
    invoke("token", "create", "bob", "--scope", "read", "--file", str(file))
    result = invoke("token", command, "ann", "--file", str(file))
    assert result.exit_code == 2
    assert "there are: bob" in result.stderr


def test_the_list_shows_no_secret(invoke: Invoke, file: Path) -> None:
    """Nor a hash: names, scopes and times, for people and for programs."""
    where = ("--file", str(file))
    assert "no tokens" in invoke("token", "list", *where).stdout
    invoke("token", "create", "ann", "--scope", "admin", "--expires", "1d", *where)
    invoke("token", "create", "old", "--scope", "read", "--expires", "0", *where)
    shown, told = invoke("token", "list", *where), invoke("token", "list", "--json", *where)
    assert "ann" in shown.stdout
    assert "(expired)" in shown.stdout
    assert [each["name"] for each in json.loads(told.stdout)] == ["ann", "old"]
    for text in (shown.stdout, told.stdout):
        assert "hd_" not in text
        assert named(file, "ann").key.hex() not in text


def test_a_broken_file_is_said_to_be_and_kept(invoke: Invoke, file: Path) -> None:
    """Whatever it was, it is not written over."""
    file.write_text('{"name": "ann"}\n', "utf-8")
    result = invoke("token", "create", "bob", "--scope", "read", "--file", str(file))
    assert result.exit_code == 1
    assert "line 1: hash" in result.stderr
    assert file.read_text("utf-8") == '{"name": "ann"}\n'


def test_the_own_token_is_made_once(tmp_path: Path) -> None:
    """It stays the same as long as it opens the door; both files are for their owner alone."""
    folder = StateFolder(tmp_path)
    first = make_own_token(folder, 1000.0, b"1" * 32)
    assert make_own_token(folder, 2000.0, b"2" * 32) == first == own_token(tmp_path)
    assert named(folder.tokens, "local").scopes == ("admin",)
    for path in (folder.tokens, folder.own_token):
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("loss", ["secret", "tokens", "other secret"])
def test_an_own_token_that_opens_nothing_is_made_anew(tmp_path: Path, loss: str) -> None:
    """Whatever was lost or revoked; other tokens stay."""
    folder = StateFolder(tmp_path)
    first = make_own_token(folder, 1000.0, b"1" * 32)
    match loss:
        case "secret":
            folder.own_token.unlink()
        case "tokens":
            folder.tokens.unlink()
        case _:
            folder.own_token.write_text("hd_other\n", "ascii")
    second = make_own_token(folder, 2000.0, b"2" * 32)
    assert second not in {first, "hd_other"}
    assert own_token(tmp_path) == second
    assert named(folder.tokens, "local").key == key_of(second)


def test_the_own_token_is_exchanged_where_it_is_kept(invoke: Invoke, tmp_path: Path) -> None:
    """So that the command line of this machine goes on working."""
    folder = StateFolder(tmp_path)
    first = make_own_token(folder, 1000.0, b"1" * 32)
    new = invoke("token", "rotate", "local", "--state", str(tmp_path)).stdout.strip()
    assert own_token(tmp_path) == new != first
    invoke("token", "create", "ann", "--scope", "read", "--state", str(tmp_path))
    invoke("token", "rotate", "ann", "--state", str(tmp_path))
    assert own_token(tmp_path) == new


def test_there_is_no_own_token_where_nothing_ran(tmp_path: Path) -> None:
    """Nor where the file is none."""
    assert own_token(tmp_path / "nothing") is None
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    assert own_token(tmp_path) is None
