"""Logs grow up to a limit and never shrink while somebody ships them."""

from pathlib import Path

import pytest

from hyperdock_worker.capped_log import CappedLog


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the log is."""
    return tmp_path / "log.txt"


def test_what_there_is_room_for_is_kept(path: Path) -> None:
    """The rest is not written, and the caller knows how much room there is."""
    log = CappedLog(path, 10)
    log.append(b"12345")
    assert log.room == 5
    log.append(b"6789abc")
    assert log.room == 0
    log.close()
    assert path.read_bytes() == b"123456789a"


def test_the_end_follows_a_notice(path: Path) -> None:
    """Where something is missing the log says so, and goes on with a whole line."""
    log = CappedLog(path, 6)
    log.append(b"head\nhidden")
    log.finish(b"half a line\nlast\n", left_out=12)
    log.close()
    expected = (
        "head\nh\n[hyperdock: 12 bytes were left out here, the end of the output follows]\nlast\n"
    )
    assert path.read_text() == expected


def test_nothing_is_said_where_nothing_is_missing(path: Path) -> None:
    """A rest that fits after all is appended as it is."""
    log = CappedLog(path, 4)
    log.append(b"head and")
    log.finish(b" and", left_out=0)
    log.close()
    assert path.read_bytes() == b"head and"


def test_a_later_process_goes_on(path: Path) -> None:
    """It knows how much is there, and drops the last words that will be said again."""
    path.write_bytes(b"12345")
    log = CappedLog(path, 10)
    assert (log.size, log.room) == (5, 5)
    log.close()
    path.write_bytes(b"1234567890 and a notice")
    log = CappedLog(path, 10)
    log.close()
    assert path.read_bytes() == b"1234567890"
