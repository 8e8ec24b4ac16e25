"""Events become bytes and come back: all that can be said, and nothing that cannot be read."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperdock_common.errors import DecodeError, UnknownEvent
from hyperdock_common.events import Envelope, Event, JobProposed, Succeeded, TrialSubmitted, codec
from hyperdock_common.events.codec import (
    decode,
    decode_header,
    decode_recorded,
    encode,
    type_name,
)
from hyperdock_common.testing.builders import envelope, finished, proposed, submitted

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-(2**63), 2**64 - 1)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
PLAIN: Mapping[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    bool: st.booleans(),
    int: INTEGERS,
    float: FLOATS,
    type(None): st.none(),
    Any: JSON,
}


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that events are made of."""
    if hint in PLAIN:
        return PLAIN[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{each.name: anything(hints[each.name]) for each in fields(hint)})
    inner = get_args(hint)
    if get_origin(hint) is Literal:
        return st.sampled_from(inner)
    if get_origin(hint) is list:
        return st.lists(anything(inner[0]), max_size=3)
    if get_origin(hint) is dict:
        return st.dictionaries(st.text(), anything(inner[1]), max_size=3)
    return st.one_of(*map(anything, inner))


@pytest.mark.parametrize("kind", get_args(Event))
@settings(max_examples=40)
@given(data=st.data())
def test_every_event_comes_back_as_it_was(kind: type[Event], data: st.DataObject) -> None:
    """Whatever an event holds, decoding gives the very same envelope."""
    sent = Envelope(
        event_id=data.draw(st.text()),
        stream=data.draw(st.text()),
        event=data.draw(anything(kind)),
        occurred_at=data.draw(FLOATS),
        producer=data.draw(st.text()),
        causation_id=data.draw(st.none() | st.text()),
        correlation_id=data.draw(st.none() | st.text()),
        actor=data.draw(st.none() | st.text()),
    )
    assert decode(encode(sent)) == sent


def test_every_event_has_a_name_with_a_version() -> None:
    """Stored names are words and a version, and no two events share one."""
    names = {type_name(event) for event in (submitted(), proposed(), finished())}
    assert names == {"trial.submitted.v1", "job.proposed.v1", "job.finished.v1"}


def test_fields_that_came_later_have_defaults() -> None:
    """A line of an early release lacks what was added since, and can be read."""
    raw = as_wire("job.proposed.v1", trial_id="t1", job_id="j1", number=1, params={})
    event = decode(raw).event
    assert event == JobProposed(trial_id="t1", job_id="j1", number=1, params={})


def test_fields_of_a_later_release_are_passed_over() -> None:
    """An additive change of a newer release does not stop this one."""
    raw = as_wire("trial.submitted.v1", trial_id="t1", spec={}, colour="red")
    assert decode(raw).event == TrialSubmitted(trial_id="t1", spec={})


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), float("-inf"), "\ud800", [[[float("nan")]]]]
)
def test_what_could_not_be_read_is_not_written(value: Any) -> None:
    """NaN, infinity and half characters never enter an event, however deep they stand."""
    with pytest.raises(ValueError, match=r"cannot stand|surrogates"):
        encode(envelope(proposed(params={"a": {"x": value}})))


def test_non_finite_loss_is_not_written() -> None:
    """A loss that is no number cannot poison the log."""
    with pytest.raises(ValueError, match="nan"):
        encode(envelope(finished(outcome=Succeeded(loss=float("nan")))))


@pytest.mark.parametrize("depth", [200, 20_000])
def test_bottomless_nesting_is_not_written(depth: int) -> None:
    """What no decoder could take apart is refused."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    with pytest.raises(ValueError, match="nested"):
        encode(envelope(proposed(params={"x": value})))


def as_wire(kind: object, **data: object) -> bytes:
    """Bytes that say they are an event."""
    head = {"event_id": "e", "stream": "s", "occurred_at": 0, "producer": "p"}
    return json.dumps({**head, "type": kind, "data": data}).encode()


OUTCOMES: tuple[object, ...] = (
    None,
    "x",
    [],
    {},
    {"kind": []},
    {"kind": "x"},
    {"kind": "succeeded"},
)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 5_000,
        as_wire("trial.paused.v1"),
        as_wire("trial.paused.v1", trial_id=3),
        as_wire("trial.paused.v2", trial_id="t1"),
        as_wire("trial.paused.v0", trial_id="t1"),
        as_wire("trial.paused.vx", trial_id="t1"),
        as_wire("trial.paused", trial_id="t1"),
        as_wire("trial.exploded.v1", trial_id="t1"),
        as_wire(None, trial_id="t1"),
        as_wire("job.finished.v1"),
        *[
            as_wire(
                "job.finished.v1",
                trial_id="t1",
                job_id="j1",
                attempt=1,
                worker_id=None,
                outcome=outcome,
            )
            for outcome in OUTCOMES
        ],
    ],
)
def test_what_is_no_event_is_refused(raw: bytes) -> None:
    """Whatever the bytes are, decoding says that they are no event, and shows them."""
    with pytest.raises(DecodeError) as caught:
        decode(raw)
    assert caught.value.raw == raw


def test_event_is_encoded_once_on_its_way() -> None:
    """What came as bytes goes on as the same bytes, also with a later release's fields in it."""
    raw = encode(envelope(proposed(1))).replace(b'"data":{', b'"data":{"later":1,')
    assert encode(decode(raw)) == raw
    fresh = envelope(proposed(1))
    assert encode(fresh) is encode(fresh)


def test_bytes_are_no_part_of_what_an_envelope_says() -> None:
    """A changed copy is encoded anew, and equality does not look at them."""
    sent = envelope(proposed(1))
    came = decode(encode(sent))
    assert came == envelope(proposed(1), event_id=sent.event_id)
    assert decode(encode(replace(came, producer="another"))).producer == "another"


def test_old_version_is_written_as_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an upcaster made of it goes on, not the bytes that came."""
    old = encode(envelope(proposed(1)))
    kind = type(proposed(1))
    names = {**codec._NAMES, kind: ("job.proposed", 2)}
    monkeypatch.setattr(codec, "_NAMES", names)
    monkeypatch.setattr(codec, "_CLASSES", {name: (cls, v) for cls, (name, v) in names.items()})
    upcasters = {("job.proposed", 1): lambda data: {**data, "number": 7}}
    monkeypatch.setattr(codec, "UPCASTERS", upcasters)
    assert b"job.proposed.v2" in encode(decode(old))
    assert decode(encode(decode(old))).event == replace(proposed(1), number=7)


@pytest.mark.parametrize("name", ["job.dreamt.v1", "job.proposed.v99"])
def test_event_of_a_later_release_is_told_apart_from_damage(name: str) -> None:
    """It is an event, with all that a store lists it by; only this release cannot read it."""
    sent = envelope(proposed(1))
    raw = encode(sent).replace(b"job.proposed.v1", name.encode())
    with pytest.raises(UnknownEvent, match=re.escape(name)):
        decode(raw)
    with pytest.raises(UnknownEvent, match="position 7"):
        decode_recorded(7, 0.0, raw)
    header = decode_header(raw)
    assert (header.event_id, header.stream, header.type) == (sent.event_id, sent.stream, name)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", b'{"event_id": 1}'])
def test_what_is_no_event_has_no_header(raw: bytes) -> None:
    """Neither does it count as an event of a later release."""
    with pytest.raises(DecodeError):
        decode_header(raw)
    with pytest.raises(DecodeError) as caught:
        decode(raw)
    assert not isinstance(caught.value, UnknownEvent)
