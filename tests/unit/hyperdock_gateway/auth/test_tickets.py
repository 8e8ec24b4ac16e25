"""Tickets: once, for a minute, and only as long as their token."""

import base64
import hashlib
import hmac
import json
import os

import pytest
from tests.unit.hyperdock_gateway.auth.keys import NOW, Clock

from hyperdock_gateway.auth.tickets import LIFE, Tickets

KEY = hashlib.sha256(b"secret").digest()
OLD = hashlib.sha256(b"old secret").digest()


def keys_of(name: str) -> list[bytes]:
    """The only token there is."""
    return [KEY, OLD] if name == "ann" else []


def made_by(payload: bytes, key: bytes, purpose: bytes = b"hyperdock ticket 1\0") -> str:
    """A ticket that somebody who has the key makes by hand."""
    signature = hmac.digest(key, purpose + payload, "sha256")
    parts = [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (payload, signature)]
    return "hdt_" + ".".join(parts)


@pytest.fixture
def clock() -> Clock:
    """Stands still."""
    return Clock()


@pytest.fixture
def tickets(clock: Clock) -> Tickets:
    """Of one gateway."""
    return Tickets(clock, os.urandom)


def test_a_ticket_opens_once(tickets: Tickets) -> None:
    """The second time it is worth nothing."""
    ticket = tickets.make("ann", KEY)
    assert tickets.take(ticket.text, keys_of) == ("ann", KEY)
    assert tickets.take(ticket.text, keys_of) is None


def test_a_ticket_lasts_a_minute(tickets: Tickets, clock: Clock) -> None:
    """And says until when."""
    first, second = tickets.make("ann", KEY), tickets.make("ann", KEY)
    assert first.expires_at == NOW + LIFE
    clock.now = NOW + LIFE - 0.001
    assert tickets.take(first.text, keys_of) == ("ann", KEY)
    clock.now = NOW + LIFE
    assert tickets.take(second.text, keys_of) is None


def test_any_gateway_with_the_same_tokens_takes_it(tickets: Tickets, clock: Clock) -> None:
    """Whoever made it; the clocks may differ a little."""
    elsewhere = Tickets(Clock(NOW - 20), os.urandom)
    assert elsewhere.take(tickets.make("ann", KEY).text, keys_of) == ("ann", KEY)
    clock.now += 20
    assert tickets.take(elsewhere.make("ann", KEY).text, keys_of) == ("ann", KEY)


def test_it_dies_with_its_token_or_its_secret(tickets: Tickets) -> None:
    """Revoked, or exchanged: no key of now has signed it."""
    ticket = tickets.make("ann", KEY)
    assert tickets.take(ticket.text, lambda _: []) is None
    assert tickets.take(ticket.text, lambda _: [hashlib.sha256(b"new").digest()]) is None
    assert tickets.take(ticket.text, keys_of) == ("ann", KEY)


def test_one_of_a_secret_that_still_counts_is_taken(tickets: Tickets) -> None:
    """While the old secret of an exchanged token does."""
    assert tickets.take(tickets.make("ann", OLD).text, keys_of) == ("ann", OLD)


def test_whatever_is_changed_in_it_makes_it_worthless(tickets: Tickets) -> None:
    """Each single character, and what is written differently and means the same is used up too."""
    text = tickets.make("ann", KEY).text
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        changed = text[:place] + other + text[place + 1 :]
        taken = tickets.take(changed, keys_of)
        if taken is not None:  # the last character may hold bits that mean nothing
            assert place in {text.index(".") - 1, len(text) - 1}
            assert tickets.take(text, keys_of) is None
            text = tickets.make("ann", KEY).text


@pytest.mark.parametrize(
    "payload",
    [
        ["ann", NOW + 3600, "n"],
        ["ann", NOW - 1, "n"],
        ["ann", float("nan"), "n"],
        ["ann", float("inf"), "n"],
        ["ann", "soon", "n"],
        ["ann", NOW],
        [["ann"], NOW + 1, "n"],
        {"name": "ann"},
        7,
    ],
)
def test_who_can_sign_cannot_make_one_that_lasts(tickets: Tickets, payload: object) -> None:
    """Nor one that is no ticket."""
    assert tickets.take(made_by(json.dumps(payload).encode(), KEY), keys_of) is None


def test_what_was_signed_for_something_else_is_no_ticket(tickets: Tickets) -> None:
    """A key signs tickets as tickets."""
    payload = json.dumps(["ann", NOW + 30, "n"]).encode()
    assert tickets.take(made_by(payload, KEY, b""), keys_of) is None
    assert tickets.take(made_by(payload, KEY), keys_of) == ("ann", KEY)


@pytest.mark.parametrize(
    "text",
    ["", "hdt_", "hdt_.", "hdt_a.b", "hdt_=.=", "hdt_é.é", "x" * 100_000, "hdt_" + "W" * 390, "\0"],
)
def test_nonsense_is_no_ticket(tickets: Tickets, text: str) -> None:
    """And nothing breaks by it."""
    assert tickets.take(text, keys_of) is None
    assert tickets.take(f"hdt_{text}.{text}", keys_of) is None


def test_deep_nesting_is_no_ticket(tickets: Tickets) -> None:
    """Nor does it exhaust anything."""
    payload = b"[" * 250
    assert tickets.take(made_by(payload, KEY), keys_of) is None


def test_what_is_over_is_forgotten(tickets: Tickets, clock: Clock) -> None:
    """A gateway that runs for years remembers a minute of tickets."""
    for _ in range(1000):
        tickets.take(tickets.make("ann", KEY).text, keys_of)
        clock.now += 1
    assert len(tickets._used) <= LIFE + 1
