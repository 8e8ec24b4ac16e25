"""What `scripts/compose-setup` makes, and what it leaves as it is."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from hyperdock_gateway.auth.login import Login
from hyperdock_gateway.auth.token_file import TokenFile

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
    before = contents(tmp_path)
    (tmp_path / "rabbitmq-login.conf").unlink()
    said = set_up(str(tmp_path))
    assert contents(tmp_path) == before
    assert f"default_pass = {before['rabbitmq-password']}\n" in before["rabbitmq-login.conf"]
    assert said.count("kept") == 3


def test_a_token_for_everything_is_made(tmp_path: Path) -> None:
    """The gateways know it by its hash; its secret is for whoever set this up, and not told."""
    said = set_up(str(tmp_path))
    secret = (tmp_path / "admin-token").read_text().strip()
    assert secret.startswith("hd_")
    assert len(secret) == 46
    assert (tmp_path / "admin-token").stat().st_mode & 0o777 == 0o600
    assert secret not in said
    assert str(tmp_path / "admin-token") in said
    login = Login(
        TokenFile(tmp_path / "tokens" / "tokens.json", lambda: 0.0), time.time, os.urandom
    )
    assert login.by_secret(secret).principal.may("admin")
    (tmp_path / "admin-token").unlink()  # its owner has put it elsewhere
    set_up(str(tmp_path))
    assert not (tmp_path / "admin-token").exists()


def contents(folder: Path) -> dict[str, str]:
    """All files of a folder, by name."""
    return {each.name: each.read_text() for each in folder.rglob("*") if each.is_file()}


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
