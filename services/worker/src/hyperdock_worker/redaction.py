"""Hides secrets in what targets print and report: their values become as many asterisks.

The length stays: how far a log was copied is told by its size, before and after a restart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from hyperdock_common.json_types import Json

SHORTEST: Final = 8
"""Bytes of the shortest value that is hidden: `1` or `admin` stand in any text."""

_HIDDEN: Final = b"*"


class Redaction:
    """Hides these values, and the lines of those that have several.

    Args:
        values: the secrets.

    Attributes:
        reach: bytes that may have to be seen before a byte to know whether it is to be hidden.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        texts = {part for value in values for part in (value, *value.splitlines())}
        words = {text.strip().encode() for text in texts}
        self._words = sorted(word for word in words if len(word) >= SHORTEST)
        self.reach = max(map(len, self._words), default=1) - 1

    def stream(self) -> "RedactedStream":
        """For bytes that come in pieces."""
        return RedactedStream(self)

    def hide(self, content: bytes) -> bytes:
        """The content with the values hidden."""
        return self.with_spans(content).content

    def hide_text(self, text: str) -> str:
        """The text with the values hidden, also those of which it has the beginning only."""
        if not self._words:
            return text
        content = text.encode("utf-8", "replace")
        spans = [span for word in self._words for span in _begun_within(word, content)]
        return _masked(content, spans).decode("utf-8", "replace")

    def hide_json(self, value: Json) -> Json:
        """The same with the values hidden in every text and key."""
        match value:
            case str():
                return self.hide_text(value)
            case list():
                return [self.hide_json(each) for each in value]
            case dict():
                return {self.hide_text(key): self.hide_json(each) for key, each in value.items()}
            case _:
                return value

    def with_spans(self, content: bytes) -> "Hidden":
        """The content with the values hidden, and where each of them was."""
        spans = [span for word in self._words for span in _found(word, content)]
        return Hidden(content=_masked(content, spans), spans=tuple(spans))

    def beginnings(self, content: bytes) -> int:
        """How many bytes at the end may be the beginning of a value."""
        return max((_begun(word, content) for word in self._words), default=0)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Content with its values hidden, and the spans of the values."""

    content: bytes
    spans: tuple[tuple[int, int], ...]


class RedactedStream:
    """Bytes in pieces; what may be the beginning of a value is held back until that is known."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._held = b""
        self._known = 0  # bytes of these that a value before them reaches into

    def feed(self, piece: bytes) -> bytes:
        """What can be said now."""
        content = self._held + piece
        held = self._redaction.beginnings(content)
        return self._said(content, len(content) - held)

    def end(self) -> bytes:
        """What was held back: nothing comes after it."""
        return self._said(self._held, len(self._held))

    def _said(self, content: bytes, until: int) -> bytes:
        hidden = self._redaction.with_spans(content)
        said = _HIDDEN * min(self._known, until) + hidden.content[self._known : until]
        reaching = [end for start, end in hidden.spans if start < until < end]
        self._known = max([self._known, *reaching, until]) - until
        self._held = content[until:]
        return said


def _found(word: bytes, content: bytes) -> Iterator[tuple[int, int]]:
    """Where it stands, also where it overlaps with itself."""
    start = content.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = content.find(word, start + 1)


def _begun_within(word: bytes, content: bytes) -> Iterator[tuple[int, int]]:
    """Where so much of its beginning stands that it gives it away, as far as it goes on."""
    for start, _ in _found(word[:SHORTEST], content):
        there = content[start : start + len(word)]
        same = (mine == theirs for mine, theirs in zip(word, there, strict=False))
        yield start, start + sum(takewhile(bool, same))


def _masked(content: bytes, spans: Sequence[tuple[int, int]]) -> bytes:
    if not spans:
        return content
    masked = bytearray(content)
    for start, end in spans:
        masked[start:end] = _HIDDEN * (end - start)
    return bytes(masked)


def _begun(word: bytes, content: bytes) -> int:
    """The longest real beginning of the word that the content ends with."""
    end = content[-(len(word) - 1) :]
    start = end.find(word[:1])
    while start >= 0 and not word.startswith(end[start:]):
        start = end.find(word[:1], start + 1)
    return len(end) - start if start >= 0 else 0
