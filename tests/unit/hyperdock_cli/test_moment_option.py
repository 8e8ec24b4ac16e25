"""Moments as people type them."""

import time
from typing import Any

import click
import pytest

from hyperdock_cli.at_option import At
from hyperdock_cli.moment_option import Moment


def test_so_long_ago_and_a_date_are_read() -> None:
    """Into seconds since 1970."""
    assert Moment().convert("2h", None, None) == pytest.approx(time.time() - 7200, abs=5)
    assert Moment().convert("2026-01-31T12:00Z", None, None) == 1769860800
    assert At().convert("2026-01-31T12:00Z", None, None) == "2026-01-31T12:00:00.000000Z"
    assert At().convert("17", None, None) == "17"


@pytest.mark.parametrize("kind", [Moment(), At()])
@pytest.mark.parametrize("text", ["99999999999d", f"{'9' * 400}d", "soon", "2026-13-01", "-1h"])
def test_what_is_no_time_is_refused(kind: Any, text: str) -> None:
    """Also what lies before the first day of the calendar."""
    with pytest.raises(click.BadParameter, match="is no time; write 10m"):
        kind.convert(text, None, None)
