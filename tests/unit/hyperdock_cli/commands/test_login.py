"""`hyperdock login|logout|profile`: who may do what is known before anything is kept."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_client.profiles import PROFILES, read_profiles

Invoke = Callable[..., Result]


@pytest.fixture
def gateway() -> FakeGateway:
    """A gateway that asks for tokens and takes any."""
    gateway = FakeGateway()
    gateway.login = True
    gateway.canned["GET", "me"] = (200, {"name": "ann", "scopes": ["read", "submit"]})
    return gateway


def test_a_token_is_kept_for_its_owner_alone(invoke: Invoke, home: Path) -> None:
    """With what it may do; the secret is shown nowhere."""
    result = invoke("login", "https://lab", "--token-stdin", input="secret\n")
    assert result.exit_code == 0
    assert "as ann" in result.stdout
    assert "scopes: read, submit" in result.stdout
    path = home / PROFILES.removeprefix("~/")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_profiles(path).named("lab").token == "secret"  # noqa: S105 - of nobody
    assert "secret" not in result.output + invoke("profile", "list").output


def test_commands_go_where_somebody_logged_in(invoke: Invoke, outside: FakeOutside) -> None:
    """Until another place is named, or the profile counts no more."""
    invoke("login", "https://lab", "--profile", "own", "--token-stdin", input="secret\n")
    outside.running = False
    assert invoke("worker", "list").exit_code == 0
    assert "nothing runs" in invoke("--state", "/nowhere", "worker", "list").stderr
    assert invoke("profile", "use", "--none").exit_code == 0
    assert "nothing runs" in invoke("worker", "list").stderr
    assert invoke("--profile", "own", "worker", "list").exit_code == 0
    assert invoke("worker", "list", "--profile", "own").exit_code == 0
    assert invoke("profile", "use", "own").exit_code == 0
    assert "forgotten" in invoke("logout").stdout
    assert invoke("worker", "list", "--profile", "own").exit_code == 2


def test_a_refused_token_is_not_kept(invoke: Invoke, gateway: FakeGateway) -> None:
    """The gateway's reason is told, and what to do."""
    problem = {"title": "Unauthorized", "detail": "this token is not known here", "errors": []}
    gateway.canned["GET", "me"] = (401, problem)
    result = invoke("login", "https://lab", "--token-stdin", input="wrong\n")
    assert result.exit_code == 2
    assert "not known here" in result.stderr
    assert read_profiles().known == {}


@pytest.mark.parametrize("typed", ["", "\n", "two words\n", "caf\u00e9\n"])
def test_what_is_no_token_is_not_sent(invoke: Invoke, gateway: FakeGateway, typed: str) -> None:
    """It could not stand in a header."""
    assert invoke("login", "https://lab", "--token-stdin", input=typed).exit_code == 2
    assert ("GET", "me") not in gateway.calls


def test_the_address_that_up_prints_is_enough(invoke: Invoke) -> None:
    """Its token is behind the #."""
    assert invoke("login", "http://127.0.0.1:8421/#token=abc").exit_code == 0
    kept = read_profiles().named("127.0.0.1")
    assert (kept.url, kept.token) == ("http://127.0.0.1:8421", "abc")


def test_a_token_on_an_open_line_is_warned_of(invoke: Invoke) -> None:
    """Not on this machine, and not where it is encrypted."""
    for url, warned in (("http://lab", True), ("https://lab", False), ("http://[::1]:1", False)):
        result = invoke("login", url, "--token-stdin", input="secret\n")
        assert ("is not https" in result.stderr) == warned


def test_a_gateway_without_a_login_gets_no_token(invoke: Invoke, gateway: FakeGateway) -> None:
    """Nobody is asked for what nobody wants."""
    gateway.login = False
    gateway.canned["GET", "me"] = (200, {"name": "", "scopes": ["read", "submit", "admin"]})
    result = invoke("login", "http://127.0.0.1:1", "--json")
    assert json.loads(result.stdout)["scopes"] == ["read", "submit", "admin"]
    assert read_profiles().named("127.0.0.1").token is None


@pytest.mark.parametrize("url", ["ftp://lab", "http://", "https:///x"])
def test_an_address_of_no_gateway_is_refused(invoke: Invoke, url: str) -> None:
    """With what one looks like."""
    assert "write https://host" in invoke("login", url).stderr


def test_without_a_terminal_nobody_is_asked(invoke: Invoke) -> None:
    """The remedy is named."""
    assert "--token-stdin" in invoke("login", "https://lab").stderr


def test_profiles_are_listed(invoke: Invoke) -> None:
    """With the one that counts; the names are told where one is wrong."""
    assert "hyperdock login" in invoke("profile", "list").stdout
    for name in ("one", "two"):
        invoke("login", "https://lab", "--profile", name, "--token-stdin", input="s\n")
    words = ["login", "https://lab", "--profile", "three", "--token-stdin", "--no-default"]
    invoke(*words, input="s\n")
    found = json.loads(invoke("profile", "list", "--json").stdout)
    assert [(each["name"], each["default"]) for each in found] == [
        ("one", False),
        ("three", False),
        ("two", True),
    ]
    for words in (["profile", "use", "four"], ["logout", "four"]):
        result = invoke(*words)
        assert result.exit_code == 2
        assert "there are: one, three, two" in result.stderr
    assert invoke("profile", "use").exit_code == 2
    assert invoke("--profile", "four", "worker", "list").exit_code == 2
    assert invoke("--profile", "one", "--url", "http://a", "worker", "list").exit_code == 2
