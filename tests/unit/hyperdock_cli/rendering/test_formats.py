"""Single values as people read them."""

import pytest

from hyperdock_cli.rendering import formats


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (-1.0, "0.0 s"),
        (0.04, "0.0 s"),
        (3.21, "3.2 s"),
        (42.4, "42 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3725, "1 h 02 min"),
        (90000, "1 d 01 h"),
    ],
)
def test_durations_get_coarser_as_they_grow(seconds: float | None, text: str) -> None:
    """Nobody needs the tenths of an hour."""
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("per_second", "text"),
    [(None, "-"), (12.34, "12.3 jobs/s"), (0.5, "30.0 jobs/min"), (0.001, "3.6 jobs/h")],
)
def test_rates_have_the_unit_that_suits(per_second: float | None, text: str) -> None:
    """Slow trials are counted by the minute or the hour."""
    assert formats.rate(per_second) == text


def test_losses_are_short_in_tables_and_exact_in_results() -> None:
    """Six digits to look at, all of them to compute with."""
    assert formats.loss(0.39788735772973816) == "0.397887"
    assert formats.loss(None) == "-"
    assert formats.exact(0.39788735772973816) == "0.39788735772973816"
    assert formats.exact({"ü": "é"}) == '{"ü": "é"}'


def test_params_are_flat_and_short() -> None:
    """Groups get dots, numbers six digits, texts with blanks quotes."""
    params = {"lr": 0.00123456789, "net": {"depth": 3, "act": "re lu"}, "on": True, "o": {}}
    assert formats.params(params) == 'lr=0.00123457 net.depth=3 net.act="re lu" on=true o={}'


def test_texts_from_outside_cannot_drive_the_terminal() -> None:
    """Escape sequences and line breaks of a target's message do no harm."""
    assert (
        formats.printable("a\x1b[31mb\r\nc\x07")
        == "a\N{REPLACEMENT CHARACTER}[31mb c\N{REPLACEMENT CHARACTER}"
    )
    assert "\x1b" not in formats.params({"\x1b[2J": "\x1b[2J"})


def test_long_texts_are_cut() -> None:
    """The cut is visible and within the width."""
    assert formats.short("abcdef", 4) == "abc…"
    assert formats.short("abcd", 4) == "abcd"


def test_a_target_is_its_image_and_its_command() -> None:
    """Either or both."""
    assert formats.target({"image": "a:1", "command": None}) == "image a:1"
    assert formats.target({"image": None, "command": ["sh", "a b"]}) == "sh 'a b'"
    assert formats.target({"image": "a", "command": ["x"]}) == "image a x"


def test_moments_may_be_missing() -> None:
    """What has not happened yet is a dash."""
    assert formats.moment(None) == "-"
    assert formats.ago(None, 5.0) == "-"
    assert formats.ago(100.0, 40.0) == "0.0 s ago"
    assert formats.moment(0.0).startswith("19")
