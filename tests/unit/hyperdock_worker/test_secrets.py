"""The operator's secrets, from their files to the targets that may have them."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hyperdock_common.errors import CannotStart
from hyperdock_common.offer import JobOffer
from hyperdock_common.testing.builders import job_offer
from hyperdock_worker.secrets import MAX_SIZE, Secrets


def offer(**secrets: str) -> JobOffer:
    """An offer that names these secrets."""
    return replace(job_offer(), secrets=secrets)


def test_values_come_from_files(tmp_path: Path) -> None:
    """Without the line feed at their end, but with all else; each secret may be used twice."""
    (tmp_path / "a.key").write_bytes(b" two\nlines \n\n")
    (tmp_path / "b").write_bytes(b"x=\xc3\xbc\r\n")
    values = Secrets(tmp_path).variables(offer(A="a.key", B="b", C="b"))
    assert values == {"A": " two\nlines \n", "B": "x=\u00fc", "C": "x=\u00fc"}
    assert Secrets(None).variables(offer()) == {}


def test_a_changed_file_counts_from_the_next_start_on(tmp_path: Path) -> None:
    """No restart is needed, and what was given before stays hidden in what its targets say."""
    file = tmp_path / "key"
    file.write_text("first-value\n")
    secrets = Secrets(tmp_path)
    secrets.variables(offer(KEY="key"))
    file.write_text("second-value\n")
    assert secrets.variables(offer(KEY="key")) == {"KEY": "second-value"}
    file.unlink()
    hide = secrets.redaction(offer(KEY="key")).hide_text
    assert hide("first-value second-value") == "*********** ************"
    assert secrets.redaction(offer()).hide_text("first-value") == "first-value"


def test_after_a_restart_the_values_of_now_are_hidden(tmp_path: Path) -> None:
    """An adopted target was started by another process."""
    (tmp_path / "key").write_text("some-value\n")
    assert Secrets(tmp_path).redaction(offer(KEY="key")).hide_text("some-value") == "*" * 10


def test_kubernetes_links_are_followed(tmp_path: Path) -> None:
    """Each name is a link into `..data`, itself a link, which is exchanged as a whole."""
    for version in ("1", "2"):
        (tmp_path / f"..{version}").mkdir()
        (tmp_path / f"..{version}" / "key").write_text(f"value {version}")
    (tmp_path / "..data").symlink_to("..1")
    (tmp_path / "key").symlink_to("..data/key")
    secrets = Secrets(tmp_path)
    assert secrets.variables(offer(KEY="key")) == {"KEY": "value 1"}
    (tmp_path / "..new").symlink_to("..2")
    (tmp_path / "..new").replace(tmp_path / "..data")
    assert secrets.variables(offer(KEY="key")) == {"KEY": "value 2"}


def _link(folder: Path) -> None:
    (folder.parent / "outside").write_text("hidden outside")
    (folder / "key").symlink_to("../outside")


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "key")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (Path.exists, 'this worker has no secret named "key"'),
        (_link, "is a link out of this worker's folder of secrets"),
        (_fifo, "is no file on this worker"),
        (lambda folder: (folder / "key").mkdir(), "is no file"),
        (lambda folder: (folder / "key").symlink_to("key"), "cannot be read here"),
        (lambda folder: (folder / "key").write_bytes(b"\n"), "is empty"),
        (lambda folder: (folder / "key").write_bytes(b"hidden\xff"), "is not UTF-8"),
        (lambda folder: (folder / "key").write_bytes(b"hidden\0x"), "holds a NUL"),
        (lambda folder: (folder / "key").write_bytes(b"hidden" * MAX_SIZE), "larger than 64 KiB"),
    ],
)
def test_what_is_no_secret_is_refused(
    tmp_path: Path, make: Callable[[Path], None], told: str
) -> None:
    """The job fails with the secret's name and what is wrong with it; nothing tells the value."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    make(folder)
    with pytest.raises(CannotStart, match=told) as caught:
        Secrets(folder).variables(offer(KEY="key"))
    assert caught.value.reason == "cannot_start"
    assert '"key"' in caught.value.message
    causes = repr((caught.value, caught.value.__cause__))
    assert "hidden" not in causes


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "..data", ".", "", "a/b", "a\n"])
def test_names_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    """Whatever an offer says, only files of that folder are read."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (tmp_path / "outside").write_text("hidden")
    with pytest.raises(CannotStart, match="has no secret named"):
        Secrets(folder).variables(offer(KEY=name))
    with pytest.raises(CannotStart, match="has no secret named"):
        Secrets(None).variables(offer(KEY="key"))
