"""Cutting a log anywhere without breaking its characters."""

from hypothesis import given
from hypothesis import strategies as st

from hyperdock_gateway.feed.log_text import rest_of_character, whole_text


@given(st.binary(max_size=200), st.lists(st.integers(1, 9), min_size=1))
def test_pieces_tell_what_the_whole_tells(log: bytes, sizes: list[int]) -> None:
    """However a log is cut, valid or not, its pieces are the text of all of it, byte by byte."""
    text, offset, turn = "", 0, 0
    while offset < len(log):
        end = offset + 3 + sizes[turn % len(sizes)]
        piece, count = whole_text(log[offset:end], is_last=end >= len(log))
        text, offset, turn = text + piece, offset + count, turn + 1
    assert text == log.decode(errors="replace")


@given(st.text(min_size=1, max_size=50), st.data())
def test_a_cut_inside_a_character_is_found(text: str, data: st.DataObject) -> None:
    """Behind the bytes of a character that was cut the next one begins."""
    log = text.encode()
    cut = data.draw(st.integers(0, len(log)))
    begin = cut + rest_of_character(log[cut : cut + 4])
    assert text.endswith(log[begin:].decode())
    assert begin - cut <= 3
