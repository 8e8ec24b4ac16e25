"""Lines that must be counted before they can be sent."""

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.errors import StorageUnavailable
from hyperdock_gateway.export import spool as module
from hyperdock_gateway.export.spool import Spool


@given(lines=st.lists(st.binary(max_size=5000) | st.just(b"x" * 200_000), max_size=20))
def test_what_goes_in_comes_out(lines: list[bytes]) -> None:
    """The bytes are the same, and as many as was said before."""
    with Spool(lines) as spool:
        assert len(list(spool.fill())) == len(lines)
        content = spool.content()
        raw = b"".join(content.pieces)
    assert raw == b"".join(lines)
    assert content.size == len(raw)


def test_many_lines_take_no_memory() -> None:
    """A hundred megabytes of lines are never held."""

    def lines() -> Iterator[bytes]:
        for number in range(1000):
            yield f"{number}".encode() * 30_000

    tracemalloc.start()
    try:
        with Spool(lines()) as spool:
            for _ in spool.fill():
                pass
            content = spool.content()
            assert sum(map(len, content.pieces)) == content.size > 80_000_000
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_spools_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than so much is refused, whatever the disk could hold."""
    monkeypatch.setattr(module, "MOST", 1000)
    lines = (number.to_bytes(8) for number in range(10**9))
    with Spool(lines) as spool, pytest.raises(StorageUnavailable, match="too much"):
        for _ in spool.fill():
            pass
