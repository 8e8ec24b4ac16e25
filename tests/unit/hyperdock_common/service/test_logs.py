"""What a service's log looks like."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hyperdock_common.service.logs import configure_service_logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = handlers, level
    for name in ("pika", "uvicorn"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def logged(level: str, form: str) -> str:
    """Some facts of ours and of libraries, as they come out."""
    stream = io.StringIO()
    configure_service_logging(level, form, stream)
    structlog.get_logger().info("job_claimed", job="j")
    logging.getLogger("somelib").warning("careful: %s", "hot")
    logging.getLogger("pika.adapters").error("told at length")
    return stream.getvalue()


@pytest.mark.parametrize("form", ["json", "auto"])
def test_every_line_is_json_where_machines_read(form: str) -> None:
    """Libraries' lines, too; those that our adapters tell in their own words are left out."""
    lines = [json.loads(line) for line in logged("info", form).splitlines()]
    assert [line["event"] for line in lines] == ["job_claimed", "library_says"]
    assert lines[1] | {"library": "somelib", "text": "careful: hot"} == lines[1]


def test_people_are_written_for_where_asked() -> None:
    """The form can be chosen without a terminal."""
    assert not logged("info", "console").startswith("{")


def test_the_level_says_what_is_left_out() -> None:
    """With `warning` the everyday facts are left out, with `debug` the libraries come in."""
    assert "job_claimed" not in logged("warning", "json")
    assert "told at length" in logged("debug", "json")
