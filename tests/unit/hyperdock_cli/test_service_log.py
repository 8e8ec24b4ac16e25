"""The services' log file."""

import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from hyperdock_cli.service_log import log_to


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Logging is of the whole process: put it back."""
    handlers = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.captureWarnings(capture=False)


def test_services_and_libraries_log_to_the_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The terminal stays free for people."""
    log_to(tmp_path / "log")
    structlog.get_logger().info("job_claimed", job="t.1")
    logging.getLogger("uvicorn").warning("odd")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("no matplotlib", stacklevel=1)
    text = (tmp_path / "log").read_text(encoding="utf-8")
    assert json.loads(text.splitlines()[0])["event"] == "job_claimed"
    assert "odd" in text
    assert "no matplotlib" in text
    assert capfd.readouterr() == ("", "")


def test_a_full_disk_does_not_break_who_logs() -> None:
    """/dev/full refuses every byte, like a full disk."""
    log_to(Path("/dev/full"))
    for _ in range(2000):
        structlog.get_logger().info("job_claimed", job="t.1")


def test_a_large_log_is_set_aside(tmp_path: Path) -> None:
    """It does not grow for ever."""
    path = tmp_path / "hyperdock.log"
    path.write_bytes(b"x" * (11 * 2**20))
    log_to(path)
    structlog.get_logger().info("begun")
    assert path.stat().st_size < 1000
    assert (tmp_path / "hyperdock.log.1").stat().st_size == 11 * 2**20
