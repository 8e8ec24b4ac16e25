"""Durations and sizes as people write them."""

from collections.abc import Callable
from typing import Any

import pytest

from hyperdock_common.spec.quantities import parse_duration, parse_size


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90", 90.0),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("30s", 30.0),
        ("10m", 600.0),
        ("2h", 7200.0),
        ("2d", 172_800.0),
        ("1h30m", 5400.0),
        ("1h 30m 5s", 5405.0),
        ("0.5h", 1800.0),
        (" 10 M ", 600.0),
    ],
)
def test_durations_are_read_as_seconds(written: str, seconds: float) -> None:
    """With units, several of them, or none."""
    assert parse_duration(written) == seconds


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("512", 512),
        ("1k", 1024),
        ("512m", 512 * 2**20),
        ("2g", 2 * 2**30),
        ("2G", 2 * 2**30),
        ("2GB", 2 * 2**30),
        ("2GiB", 2 * 2**30),
        ("1.5 t", 3 * 2**39),
        ("0.3k", 308),
        (" 10 b ", 10),
    ],
)
def test_sizes_are_read_as_bytes(written: str, size: int) -> None:
    """Powers of 1024, rounded up to whole bytes."""
    assert parse_size(written) == size


@pytest.mark.parametrize(
    "written", ["", " ", "soon", "h", "5 parsecs", "1h30", "m5", "-5m", "1h-5m"]
)
def test_what_is_no_duration_is_refused(written: str) -> None:
    """With examples of what would be one."""
    with pytest.raises(ValueError, match="is no duration; write seconds"):
        parse_duration(written)


@pytest.mark.parametrize("written", ["", "lots", "g", "-1g", "1.g", "1e3", "1g 2m", "1 gigabyte"])
def test_what_is_no_size_is_refused(written: str) -> None:
    """With examples of what would be one."""
    with pytest.raises(ValueError, match="is no size; write bytes"):
        parse_size(written)


@pytest.mark.parametrize("value", [5, 1.5, None, [1], {"a": 1}])
def test_what_is_no_text_is_left_to_the_type_check(value: Any) -> None:
    """It names the field."""
    assert parse_duration(value) is value
    assert parse_size(value) is value


@pytest.mark.parametrize("size", ["9" * 90 + "t", "8388608t"])
def test_what_no_machine_has_is_refused(size: str) -> None:
    """A size beyond all stores and engines would be a fault of theirs, later."""
    with pytest.raises(ValueError, match="more than any machine has"):
        parse_size(size)


@pytest.mark.parametrize("parse", [parse_duration, parse_size])
@pytest.mark.timeout(10)
def test_long_texts_are_refused_at_once(parse: Callable[[str], float]) -> None:
    """To look for their parts would take hours."""
    with pytest.raises(ValueError, match=r"^.{,200}$"):
        parse("1" * 4_000_000 + "x")
