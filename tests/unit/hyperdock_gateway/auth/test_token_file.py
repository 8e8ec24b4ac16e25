"""A token file that changes under a running gateway, and how it is changed."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.unit.hyperdock_gateway.auth.keys import (
    OTHER,
    READER,
    Clock,
    entry,
    everybody,
    write,
)

from hyperdock_gateway.auth.token_file import (
    TokenFile,
    TokenFileUnusable,
    changing,
    read_tokens,
    write_whole,
)
from hyperdock_gateway.auth.tokens import Token, key_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with everybody in it."""
    return write(tmp_path / "tokens.json", everybody())


def names(file: TokenFile) -> list[str]:
    """The names that count now."""
    return [each.name for each in file.current().all]


def test_a_change_counts_within_a_second(path: Path) -> None:
    """Without a start; and within that second the disk is left alone."""
    clock = Clock(0.0)
    file = TokenFile(path, clock)
    write(path, [entry("new", OTHER)])
    clock.now = 0.9
    assert "reader" in names(file)
    clock.now = 1.0
    assert names(file) == ["new"]


def test_a_file_of_the_same_size_and_time_is_seen_to_be_another(path: Path) -> None:
    """A quick exchange of one secret changes neither on every disk."""
    clock = Clock(0.0)
    write(path, [entry("a", READER)])
    file = TokenFile(path, clock)
    before = path.stat()
    write(path, [entry("a", OTHER)])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    clock.now = 1.0
    assert file.current().all[0].key == key_of(OTHER)


@pytest.mark.parametrize("content", [b'[{"name": "x"}]', b"[", b"\xff\xfe", b"{}", b"[1]"])
def test_a_broken_file_keeps_the_tokens_that_were(path: Path, content: bytes) -> None:
    """Nobody is locked out by a slip of the pen; the log says so, once, and names the place."""
    clock = Clock(0.0)
    file = TokenFile(path, clock)
    path.write_bytes(content)
    with capture_logs() as logs:
        for clock.now in (1.0, 2.0, 3.0):
            assert "reader" in names(file)
    assert [each["event"] for each in logs] == ["tokens_not_read"]
    assert logs[0]["log_level"] == "error"
    write(path, [entry("new", OTHER)])
    clock.now = 4.0
    assert names(file) == ["new"]


def test_a_file_that_is_gone_keeps_the_tokens_that_were(path: Path) -> None:
    """And they are followed again when it is back."""
    clock = Clock(0.0)
    file = TokenFile(path, clock)
    path.unlink()
    with capture_logs() as logs:
        for clock.now in (1.0, 2.0):
            assert "reader" in names(file)
    assert [each["event"] for each in logs] == ["tokens_not_read"]
    write(path, [])
    clock.now = 3.0
    assert names(file) == []


def test_it_must_be_usable_at_the_beginning(tmp_path: Path) -> None:
    """A gateway does not begin with a file that would let nobody in, or the wrong ones."""
    with pytest.raises(TokenFileUnusable, match="No such file"):
        TokenFile(tmp_path / "none.json", Clock())
    broken = tmp_path / "broken.json"
    broken.write_text('{"name": "a"}\n', "utf-8")
    with pytest.raises(TokenFileUnusable, match="line 1: hash") as error:
        TokenFile(broken, Clock())
    assert str(broken) in str(error.value)


def test_a_file_that_others_can_read_is_warned_about(path: Path) -> None:
    """Tickets can be made from it."""
    path.chmod(0o644)
    with capture_logs() as logs:
        TokenFile(path, Clock())
    assert [(each["event"], each["mode"]) for each in logs] == [
        ("token_file_open_to_others", "0644")
    ]
    path.chmod(0o600)
    with capture_logs() as logs:
        TokenFile(path, Clock())
    assert logs == []


def test_a_new_file_is_for_us_alone_and_an_old_one_stays_as_it_is(tmp_path: Path) -> None:
    """Containers that run as somebody else must still be able to read theirs."""
    path = tmp_path / "tokens.json"
    with changing(path) as put:
        put(read_tokens(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with changing(path) as put:
        put(read_tokens(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["tokens.json"]


def test_a_link_stays_a_link(path: Path) -> None:
    """What it leads to is changed."""
    link = path.with_name("link.json")
    link.symlink_to(path)
    with changing(link) as put:
        put(read_tokens(link).without("reader"))
    assert link.is_symlink()
    assert read_tokens(path).named("reader") is None


def test_two_who_change_it_at_once_lose_nothing(path: Path) -> None:
    """Each sees what the other has done."""

    def add(number: int) -> None:
        name = f"n{number}"
        with changing(path) as put:
            token = Token(name=name, key=key_of(name), scopes=("read",), created_at=0.0)
            put(read_tokens(path).with_token(token))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_tokens(path).all) == len(everybody()) + 16


def test_who_reads_meanwhile_sees_the_old_or_the_new(path: Path) -> None:
    """Never half of it."""
    over = threading.Event()
    sizes = set()

    def read() -> None:
        while not over.is_set():
            sizes.add(len(json.loads(path.read_text("utf-8"))))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(50):
        with changing(path) as put:
            tokens = read_tokens(path)
            put(tokens.without("boss") if number % 2 else tokens.with_token(tokens.all[0]))
    over.set()
    reader.join()
    assert sizes <= {3, 4}


def test_what_cannot_be_written_changes_nothing(path: Path) -> None:
    """The old file is there, and nothing beside it."""
    before = path.read_text("utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text("utf-8") == before
    assert len(list(path.parent.iterdir())) == 1


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Instead of a traceback."""
    with pytest.raises(TokenFileUnusable, match="its folder"), changing(tmp_path / "no" / "t.json"):
        pass
