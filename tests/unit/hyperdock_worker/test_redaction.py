"""Secrets are hidden wherever they stand, and nothing else is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.events import Failed, Succeeded
from hyperdock_worker.capped_log import TAIL
from hyperdock_worker.contract import Result
from hyperdock_worker.local_process import output
from hyperdock_worker.local_process.output import OutputCopy
from hyperdock_worker.redaction import Redaction
from hyperdock_worker.result_redaction import without_secrets

VALUE = "s3cr3t-value-s3"
KEY = "-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\nxyz\n-----END KEY-----"


def streamed(redaction: Redaction, pieces: list[bytes]) -> bytes:
    """What comes out of a stream of these pieces."""
    stream = redaction.stream()
    return b"".join([*map(stream.feed, pieces), stream.end()])


def test_values_become_as_many_asterisks() -> None:
    """Everything around them stays, and every other byte keeps its place."""
    hidden = Redaction([VALUE]).hide(f"key={VALUE}! {VALUE}{VALUE}.".encode())
    stars = "*" * len(VALUE)
    assert hidden == f"key={stars}! {stars}{stars}.".encode()


def test_short_values_stay() -> None:
    """A value like `1` stands in any text."""
    assert Redaction(["1", "seven77"]).hide(b"1 seven77") == b"1 seven77"
    assert Redaction([]).hide(b"all") == b"all"


def test_lines_of_a_key_are_hidden_one_by_one() -> None:
    """Printed with an indent or cut between lines, a key of many lines gives nothing away."""
    printed = "\n  ".join(KEY.splitlines()).encode()
    hidden = Redaction([KEY + "\n"]).hide(printed)
    for line in ("AAAABBBBCCCC", "DDDDEEEEFFFF", "BEGIN"):
        assert line.encode() not in hidden
    assert set(Redaction([KEY]).hide(KEY.encode())) == {ord("*")}


@given(
    words=st.lists(st.text("ab", min_size=8, max_size=12), max_size=3),
    pieces=st.lists(st.text("abc", max_size=15).map(str.encode), max_size=12),
    at=st.integers(0, 100),
)
def test_pieces_do_not_matter(words: list[str], pieces: list[bytes], at: int) -> None:
    """However the output is cut into pieces, the same is hidden as in the whole of it."""
    redaction = Redaction(words)
    whole = b"".join(pieces)
    whole = whole[:at] + "".join(words).encode() + whole[at:]
    hidden = redaction.hide(whole)
    assert len(hidden) == len(whole)
    for size in (1, 3, 7, 50):
        cut = [whole[start : start + size] for start in range(0, len(whole), size)]
        assert streamed(redaction, cut) == hidden
    for word in words:
        assert word.encode() not in hidden


def test_only_what_may_be_a_value_is_held_back() -> None:
    """A log is seen while it grows."""
    stream = Redaction([VALUE]).stream()
    assert stream.feed(b"line\n") == b"line\n"
    assert stream.feed(f"x {VALUE[:5]}".encode()) == b"x "
    assert stream.feed(b" no\n") == f"{VALUE[:5]} no\n".encode()
    assert stream.feed(VALUE[:5].encode()) == b""
    assert stream.end() == VALUE[:5].encode()


def test_texts_that_were_cut_give_nothing_away() -> None:
    """A message may hold the beginning of a value only, for want of room."""
    redaction = Redaction([VALUE])
    assert redaction.hide_text(f"401 for {VALUE[:11]}…") == f"401 for {'*' * 11}…"
    assert redaction.hide_text(f"({VALUE})") == f"({'*' * len(VALUE)})"
    assert redaction.hide_text("s3cr3t is short") == "s3cr3t is short"


def test_what_a_target_reports_is_hidden() -> None:
    """In messages, metrics and graphs, also in their names; numbers stay."""
    stars = "*" * len(VALUE)
    redaction = Redaction([VALUE])
    found = Result(
        outcome=Failed(reason="reported_fail", message=f"bad key {VALUE}"),
        metrics={"a": 1.5, f"of {VALUE}": [{"x": f"{VALUE}"}], "none": None},
        graphs=[{"name": VALUE, "series": []}],
        warnings=(f"left out {VALUE}",),
    )
    assert without_secrets(found, redaction) == Result(
        outcome=Failed(reason="reported_fail", message=f"bad key {stars}"),
        metrics={"a": 1.5, f"of {stars}": [{"x": stars}], "none": None},
        graphs=[{"name": stars, "series": []}],
        warnings=(f"left out {stars}",),
    )
    fine = Result(outcome=Succeeded(loss=1.0))
    assert without_secrets(fine, redaction) == fine


class Printer:
    """Prints into a file at its own pace."""

    def __init__(self, folder: Path) -> None:
        self.output = folder / "output"
        self.log = folder / "log.txt"
        self.output.touch()

    def print(self, text: str) -> None:
        """Appends, as an open descriptor would."""
        with self.output.open("a") as file:
            file.write(text)

    def copy(self, limit: int = 1 << 20) -> OutputCopy:
        """What a worker's process copies with."""
        return OutputCopy(self.output, self.log, limit, Redaction([VALUE]))


@pytest.fixture
def printer(tmp_path: Path) -> Printer:
    """A target that has printed nothing yet."""
    return Printer(tmp_path)


@pytest.mark.parametrize("cut", range(1, len(VALUE)))
def test_a_log_goes_on_after_a_restart_amid_a_value(printer: Printer, cut: int) -> None:
    """The value is half printed when one process ends; the next one knows what it begins with."""
    printer.print(f"a {VALUE}{VALUE[:cut]}")
    first = printer.copy()
    first.advance()
    assert VALUE[:8].encode() not in printer.log.read_bytes()
    first.close()
    printer.print(f"{VALUE[cut:]} b\n")
    printer.copy().finish()
    stars = "*" * len(VALUE)
    assert printer.log.read_text() == f"a {stars}{stars} b\n"


@pytest.mark.parametrize("limit", range(1, len(VALUE) + 4))
def test_a_value_across_the_limit_is_hidden(printer: Printer, limit: int) -> None:
    """Where the log's head meets its tail, and the value stands in both."""
    printer.print(f"ab{VALUE}cd\n")
    copy = printer.copy(limit)
    copy.advance()
    copy.finish()
    assert printer.log.read_text() == f"ab{'*' * len(VALUE)}cd\n"


def test_the_end_of_a_flood_has_no_values(
    printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tail is kept apart from the head, and cut at any byte: also amid a value."""
    monkeypatch.setattr(output, "SPILL", 1000)
    copy = printer.copy(100)
    for _ in range(60):
        printer.print(VALUE * 1000)
        copy.advance()
    printer.print("\nlast\n" + VALUE * 1000)
    copy.finish()
    log = printer.log.read_text()
    assert len(log) > TAIL // 20
    assert VALUE[-4:] not in log
    assert VALUE[:4] not in log
    assert "last\n***" in log
