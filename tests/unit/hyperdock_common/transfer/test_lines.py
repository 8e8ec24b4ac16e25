"""What a line of a file of events carries comes out of it byte for byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hyperdock_common.ports import StoredEvent
from hyperdock_common.transfer.lines import Header, NotALine, Trailer, line_of, read_line


def fact(body: bytes, **changes: object) -> StoredEvent:
    """A fact with this body."""
    known: dict[str, object] = {
        "position": 7,
        "recorded_at": 12.5,
        "event_id": "e7",
        "stream": "trial-t1",
        "version": 3,
        "body": body,
        "chain": bytes(range(32)),
    }
    return StoredEvent(**(known | changes))  # type: ignore[arg-type]  # by name


json_values = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(),
    lambda each: some.lists(each) | some.dictionaries(some.text(), each),
    max_leaves=8,
)


@given(value=json_values, spaced=some.booleans(), plain=some.booleans())
def test_any_json_comes_back_as_it_was_written(value: object, *, spaced: bool, plain: bool) -> None:
    """Spaces, escapes and the way in which numbers are written are kept."""
    separators = (", ", ": ") if spaced else (",", ":")
    body = json.dumps(value, separators=separators, ensure_ascii=plain).encode("utf-8", "replace")
    line = line_of(fact(body))
    assert read_line(line) == fact(body)
    assert line.endswith(b"}\n")
    assert b'"event":' + body in line
    json.loads(line)


@given(body=some.binary(min_size=1))
def test_any_bytes_come_back_as_they_were(body: bytes) -> None:
    """Also where a store holds no JSON any more: the line is JSON all the same."""
    line = line_of(fact(body))
    assert read_line(line) == fact(body)
    assert line.count(b"\n") == 1
    json.loads(line)


@pytest.mark.parametrize(
    "body",
    [b"[Infinity]", b"[" * 99_999, b' {"a":1}', b'{"a":1} ', b'{"a":\n1}', b'{"a":"\xff"}', b"{"],
)
def test_what_does_not_stand_for_itself_is_wrapped(body: bytes) -> None:
    """Whitespace around it, line breaks, broken UTF-8 and half a text are not left to luck."""
    line = line_of(fact(body))
    assert b'"bytes":"' in line
    assert read_line(line) == fact(body)


@given(at=some.floats(allow_nan=False, allow_infinity=False))
def test_times_are_exact(at: float) -> None:
    """Every float comes back as itself: the hash chain is made of its bits."""
    back = read_line(line_of(fact(b"{}", recorded_at=at)))
    assert isinstance(back, StoredEvent)
    assert back.recorded_at.hex() == at.hex()


def test_facts_from_before_versions_and_chain_have_none() -> None:
    """What an old log does not have is not made up."""
    old = fact(b"{}", version=None, chain=None)
    assert read_line(line_of(old)) == old


def test_header_and_trailer_come_back() -> None:
    """Both are lines like the others."""
    header = Header(after=3, to=9, chain="ab", made_at=1.5, release="0.1.0")
    trailer = Trailer(count=6, last=9, chain=None, sha256="cd")
    assert read_line(line_of(header)) == header
    assert read_line(line_of(trailer)) == trailer


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"[]\n",
        b"{}\n",
        b'{"position":1}\n',
        b'{"position":"1","recorded_at":1.0,"version":1,"chain":null,"id":"a","stream":"b"}\n',
        line_of(fact(b"{}"))[:-5],
        line_of(fact(b"{}")).replace(b'"event":{}', b'"bytes":"?"'),
        line_of(fact(b"{}")).replace(b',"event":{}', b""),
        line_of(fact(b"{}")).replace(b'"chain":"00', b'"chain":"xx'),
        b'{"format":"hyperdock-events","format_version":2,"after":0,"to":1,"made_at":1,"release":"9"}',
    ],
)
def test_what_is_no_line_is_refused(line: bytes) -> None:
    """Nothing is read into what was cut, changed or written by a newer release."""
    with pytest.raises(NotALine):
        read_line(line)
