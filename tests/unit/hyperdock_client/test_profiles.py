"""Profiles: one file, for its owner alone."""

import stat
from pathlib import Path

import pytest

from hyperdock_client import NoGateway
from hyperdock_client.profiles import Profile, Profiles, read_profiles, write_profiles

LAB = Profile("https://lab:1", "secret")


def test_profiles_are_read_as_they_were_written(tmp_path: Path) -> None:
    """With the one that counts; where there is no file there are none."""
    path = tmp_path / "config" / "profiles.json"
    assert read_profiles(path) == Profiles()
    profiles = Profiles().with_profile("lab", LAB, default=True)
    profiles = profiles.with_profile("own", Profile("http://own:1"), default=False)
    assert write_profiles(profiles, path) == path
    assert read_profiles(path) == profiles
    assert read_profiles(path).default == "lab"


def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    """Neither the file nor its folder, nor a file that was open to all before; nothing is left."""
    path = tmp_path / "config" / "profiles.json"
    write_profiles(Profiles().with_profile("lab", LAB, default=True), path)
    path.chmod(0o644)
    write_profiles(Profiles().with_profile("lab", LAB, default=True), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["profiles.json"]


def test_a_profile_that_is_forgotten_counts_no_more() -> None:
    """The others stay, and so does another one that counts."""
    two = Profiles().with_profile("lab", LAB, default=True)
    two = two.with_profile("own", Profile("http://own:1"), default=False)
    assert two.without("lab") == Profiles(default=None, known={"own": Profile("http://own:1")})
    assert two.without("own").default == "lab"


@pytest.mark.parametrize("content", ["{", "[]", '{"profiles": {"lab": {}}}', '{"profiles": [1]}'])
def test_a_file_that_makes_no_sense_is_named(tmp_path: Path, content: str) -> None:
    """It is not taken for an empty one."""
    path = tmp_path / "profiles.json"
    path.write_text(content)
    with pytest.raises(NoGateway, match=r"profiles\.json cannot be read"):
        read_profiles(path)


def test_a_token_goes_to_its_own_gateway() -> None:
    """A slash at the end makes no difference; a secret is in no `repr`."""
    profiles = Profiles().with_profile("lab", LAB, default=True)
    assert profiles.token_for("https://lab:1/") == "secret"
    assert profiles.token_for("https://lab:2") is None
    assert "secret" not in repr(profiles)
