"""What the tests of the command line share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hyperdock_cli.app import cli
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without profiles, and no word about Hyperdock in the environment."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    for name in ("URL", "TOKEN", "PROFILE", "STATE"):
        monkeypatch.delenv(f"HYPERDOCK_{name}", raising=False)
    return folder


@pytest.fixture
def gateway() -> FakeGateway:
    """A gateway with nothing in it."""
    return FakeGateway()


@pytest.fixture
def outside(gateway: FakeGateway) -> FakeOutside:
    """That gateway as the system that runs on the state folder."""
    return FakeOutside(gateway, running=True)


@pytest.fixture
def invoke(outside: FakeOutside) -> Callable[..., Result]:
    """Runs `hyperdock` with these words, standard output and error apart."""

    def run(*words: str, **how: str) -> Result:
        return CliRunner().invoke(cli, words, obj=outside.outside, prog_name="hyperdock", **how)  # type: ignore[arg-type]

    return run
