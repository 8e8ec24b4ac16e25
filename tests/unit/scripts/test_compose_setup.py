"""What `scripts/compose-setup` makes, and what it leaves as it is."""

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "scripts" / "compose-setup"


def set_up(*words: str, script: Path = SCRIPT, env: Mapping[str, str] | None = None) -> str:
    """Runs it; returns what it said."""
    done = subprocess.run(
        [str(script), *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        env={**os.environ, **(env or {})},
    )
    return done.stdout + done.stderr


def test_a_second_run_keeps_what_is_there_and_makes_what_is_missing(tmp_path: Path) -> None:
    """Passwords that servers know are not lost, and a run that was cut off can be repeated."""
    set_up(str(tmp_path))
    before = {file.name: file.read_text() for file in tmp_path.iterdir()}
    (tmp_path / "rabbitmq-login.conf").unlink()
    said = set_up(str(tmp_path))
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == before
    assert f"default_pass = {before['rabbitmq-password']}\n" in before["rabbitmq-login.conf"]
    assert said.count("kept") == 2


def test_the_group_gets_a_line_of_its_own(tmp_path: Path) -> None:
    """An .env whose last line is not ended, as editors leave it, stays readable."""
    script = tmp_path / "scripts" / "compose-setup"
    script.parent.mkdir()
    shutil.copy(SCRIPT, script)
    (tmp_path / ".env").write_text("LOGLEVEL=debug")
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "s"))
        set_up(script=script, env={"DOCKER_SOCKET": str(tmp_path / "s")})
    group = (tmp_path / "s").stat().st_gid
    assert (tmp_path / ".env").read_text() == f"LOGLEVEL=debug\nDOCKER_GID={group}\n"
