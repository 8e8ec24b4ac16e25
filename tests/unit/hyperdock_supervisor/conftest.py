"""Fixtures of the supervisor's unit tests."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """One line an event: a terminal's pretty tracebacks take longer than the tests themselves."""
    processors: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(),
    ]
    before = structlog.get_config()
    structlog.configure(processors=processors)
    yield
    structlog.configure(**before)
