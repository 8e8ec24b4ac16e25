"""How services log: JSON lines for machines, one line a fact for people."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from hyperdock_common.logging import configure_logging


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging as it was before, and no file left open."""
    before = structlog.get_config()
    yield
    factory = structlog.get_config()["logger_factory"]
    if isinstance(getattr(factory, "_file", None), io.TextIOWrapper):
        factory._file.close()
    structlog.configure(**before)


def lines(text: str) -> list[dict[str, Any]]:
    """JSON lines, without the time."""
    parsed = [json.loads(line) for line in text.splitlines()]
    return [{key: line[key] for key in line if key != "timestamp"} for line in parsed]


def test_a_stream_of_no_terminal_gets_json_lines() -> None:
    """A fact and its keys, the level and when."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    structlog.get_logger().info("job_claimed", job="t.1", attempt=1)
    assert lines(stream.getvalue()) == [
        {"event": "job_claimed", "job": "t.1", "attempt": 1, "level": "info"}
    ]
    assert json.loads(stream.getvalue())["timestamp"].endswith("Z")


def test_a_terminal_gets_lines_for_people() -> None:
    """The fact can be read, and is no JSON."""
    stream = Terminal()
    configure_logging(stream=stream)
    structlog.get_logger().info("job_claimed", job="t.1")
    assert "job_claimed" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_a_file_gets_json_lines_behind_what_was_there(tmp_path: Path) -> None:
    """Also where a terminal is named too; whatever language it is in."""
    file = tmp_path / "service.log"
    file.write_text('{"event": "before"}\n', "utf-8")
    terminal = Terminal()
    configure_logging(file=file, stream=terminal)
    structlog.get_logger().warning("größer", reason="⚙")
    structlog.get_config()["logger_factory"]._file.flush()
    assert lines(file.read_text("utf-8")) == [
        {"event": "before"},
        {"event": "größer", "reason": "⚙", "level": "warning"},
    ]
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    ("level", "told"), [("debug", 4), ("info", 3), ("warning", 2), ("ERROR", 1)]
)
def test_what_is_below_the_level_is_not_told(level: str, told: int) -> None:
    """Levels are named in any case."""
    stream = io.StringIO()
    configure_logging(level=level, stream=stream)
    log = structlog.get_logger()
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.error("d")
    assert len(lines(stream.getvalue())) == told


def test_an_exception_stands_in_its_line() -> None:
    """With the way it came, so that one line tells all."""
    stream = io.StringIO()
    configure_logging(stream=stream)
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError:
        structlog.get_logger().exception("step_failed")
    (line,) = lines(stream.getvalue())
    assert line["event"] == "step_failed"
    assert "ZeroDivisionError: division by zero" in line["exception"]


def test_loggers_made_before_follow(capsys: pytest.CaptureFixture[str]) -> None:
    """Modules make theirs when they are imported; without a stream it is standard error."""
    early = structlog.get_logger()
    configure_logging()
    early.info("late")
    assert lines(capsys.readouterr().err) == [{"event": "late", "level": "info"}]
