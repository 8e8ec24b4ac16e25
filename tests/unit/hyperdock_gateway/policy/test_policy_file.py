"""The policy file counts as it is now; a broken one changes nothing."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hyperdock_gateway.policy import PolicyFile, PolicyFileUnusable, policy_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A policy file."""
    path = tmp_path / "policy.yaml"
    path.write_text("commands: deny\n")
    return path


def test_changes_count_at_once(file: Path) -> None:
    """Also in the same instant, with the same length, and by a replaced file."""
    policy = policy_of(file)
    assert policy.shown()["commands"] == "deny"
    file.write_text("external: deny")
    assert policy.shown()["commands"] == "allow"
    assert policy.shown()["external"] == "deny"
    new = file.with_name("new")
    new.write_text("commands: deny\n")
    new.replace(file)
    assert policy.shown()["commands"] == "deny"


@pytest.mark.parametrize("content", [b"commands: maybe", b"", b"\xff", None])
def test_a_broken_file_changes_nothing(file: Path, content: bytes | None) -> None:
    """What was in force stays in force, and that is logged once; then it goes on."""
    policy = PolicyFile(file)
    with capture_logs() as logs:
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content)
        for _ in range(3):
            assert policy.rules().commands == "deny"
    assert [each["event"] for each in logs] == ["policy_not_changed"]
    with capture_logs() as logs:
        file.write_text("{}")
        assert policy.rules().commands == "allow"
        file.write_bytes(b"[")
        policy.rules()
    assert [each["event"] for each in logs] == ["policy_changed", "policy_not_changed"]


def test_nothing_starts_with_a_broken_file(file: Path, tmp_path: Path) -> None:
    """All that is wrong is told, with the file's name."""
    file.write_text("commands: maybe\nimages: {allow: [python]}")
    with pytest.raises(PolicyFileUnusable) as caught:
        policy_of(file)
    for told in (str(file), "commands: ", "images.allow[0]: "):
        assert told in str(caught.value)
    with pytest.raises(PolicyFileUnusable, match="No such file"):
        policy_of(tmp_path / "gone")


def test_without_a_file_everything_is_allowed() -> None:
    """As before there were policies."""
    assert policy_of(None).shown()["images"] == {
        "allow": None,
        "deny": [],
        "require_digest": False,
    }
