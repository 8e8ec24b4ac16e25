"""Finding the gateway that is meant."""

import fcntl
import json
from pathlib import Path

import pytest

from hyperdock_client import NoGateway
from hyperdock_client.places import Place, find_place
from hyperdock_client.profiles import PROFILES


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with two profiles."""
    monkeypatch.setenv("HOME", str(tmp_path))
    path = Path(PROFILES).expanduser()
    path.parent.mkdir(parents=True)
    profiles = {"lab": {"url": "https://lab:1", "token": "l"}, "own": {"url": "http://own:1"}}
    path.write_text(json.dumps({"default": "lab", "profiles": profiles}))
    return tmp_path


ENVIRON = {"HYPERDOCK_URL": "env:1/", "HYPERDOCK_TOKEN": "e"}


@pytest.mark.parametrize(
    ("named", "environ", "place"),
    [
        ({"url": "a:1", "token": "t"}, ENVIRON, Place("http://a:1", "t")),
        ({"url": "a:1"}, {}, Place("http://a:1")),
        ({"url": "https://lab:1/"}, {}, Place("https://lab:1", "l")),
        ({}, ENVIRON, Place("http://env:1", "e")),
        ({"profile": "own"}, ENVIRON, Place("http://own:1")),
        ({"profile": "own", "token": "t"}, {}, Place("http://own:1", "t")),
        ({}, {"HYPERDOCK_PROFILE": "own"}, Place("http://own:1")),
        ({}, {"HYPERDOCK_TOKEN": "e"}, Place("https://lab:1", "l")),
        ({"url": "lab:1"}, {}, Place("http://lab:1")),
        ({"profile": "own"}, {"HYPERDOCK_STATE": "/s"}, Place("http://own:1")),
    ],
)
@pytest.mark.usefixtures("home")
def test_the_nearer_word_counts(
    named: dict[str, str], environ: dict[str, str], place: Place
) -> None:
    """An argument, then the environment, then the default profile; each with its token."""
    assert find_place(**named, environ=environ) == place


@pytest.mark.usefixtures("home")
def test_an_unknown_profile_is_named() -> None:
    """With what makes one."""
    with pytest.raises(NoGateway, match=r"no profile 'labb'.*hyperdock login"):
        find_place(profile="labb", environ={})


def test_the_running_system_of_the_state_folder_is_found(home: Path) -> None:
    """As long as somebody holds its lock; its own token goes nowhere else."""
    Path(PROFILES).expanduser().unlink()
    lock = home / ".hyperdock" / "lock"
    lock.parent.mkdir()
    lock.write_text('{"pid": 1, "url": "http://127.0.0.1:5"}')
    (lock.parent / "token").write_text("own\n")
    here = Place("http://127.0.0.1:5", "own")
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert find_place(environ={}) == find_place(environ={"HYPERDOCK_TOKEN": "e"}) == here
        assert find_place("127.0.0.1:5", environ={}) == here
        assert find_place("127.0.0.1:6", environ={}).token is None
    with pytest.raises(NoGateway, match="hyperdock up"):
        find_place(environ={})
    with pytest.raises(NoGateway, match="hyperdock up"):
        find_place(environ={"HYPERDOCK_STATE": str(home / "elsewhere")})


def test_a_state_folder_that_is_named_beats_the_default_profile(home: Path) -> None:
    """Who names a folder means what runs on it, and is told where nothing does."""
    with pytest.raises(NoGateway, match="hyperdock up"):
        find_place(environ={"HYPERDOCK_STATE": str(home)})


def test_a_broken_profiles_file_is_named(home: Path) -> None:
    """Not taken for an empty one: then another gateway would be asked."""
    (home / PROFILES.removeprefix("~/")).write_text("{")
    with pytest.raises(NoGateway, match=r"profiles\.json cannot be read"):
        find_place(environ={})


def test_no_proxy_stands_before_this_machine() -> None:
    """Elsewhere the environment decides."""
    assert [Place(url).is_here for url in ("http://127.0.0.1:1", "http://[::1]:1")] == [True, True]
    assert Place("http://localhost:1").is_here
    assert not Place("http://localhost.example:1").is_here
    assert "t0ken" not in repr(Place("http://a", "t0ken"))
