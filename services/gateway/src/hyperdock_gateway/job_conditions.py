r"""What jobs' params are to be, written in one line: `lr>=0.001,model.depth<5,optimizer=adam`.

The grammar, in which spaces around names, operators and values mean nothing:

    conditions = condition *("," condition)
    condition  = name operator value
    operator   = "=" / "!=" / "<" / "<=" / ">" / ">="
    name       = key *("." key)        as in the search space: `\.` is a dot within a key
    key        = word / quoted         quoted: exactly this key, dots and all
    value      = quoted / plain        quoted: a text, always
    plain      = a number, `true`, `false`, `null`, or any other text without `"` and `,`
    quoted     = '"' text '"'          in which `\"` is a quotation mark and `\\` a backslash
"""

import math
import re
from collections.abc import Sequence
from typing import Final

from hyperdock_common.ports.views import Comparison, Condition, Plain

MOST: Final = 20
"""Conditions in one line."""

_SPACE: Final = re.compile(r"\s*")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_WORD: Final = re.compile(r'(?:[^\s"\\.,=!<>]|\\[.\\])+')
_OPERATOR: Final = re.compile(r"<=|>=|!=|[=<>]")
_PLAIN: Final = re.compile(r'[^",=!<>\s][^",]*')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WORDS: Final = {"true": True, "false": False, "null": None}
_EQUALITY: Final = frozenset({Comparison.EQUAL, Comparison.NOT_EQUAL})


def parse_conditions(text: str) -> list[Condition]:
    """The conditions that a line holds; their fields begin with `params`.

    Raises:
        ValueError: it is no such line; the text says at which character, and what belongs there.
    """
    reader = _Reader(text)
    found = [reader.condition()]
    while reader.take(","):
        if len(found) == MOST:
            raise reader.wrong(f"there are more than {MOST} conditions")
        found.append(reader.condition())
    if not reader.is_at_end():
        raise reader.wrong('there should be a comma, or nothing; texts with `"` or `,` need quotes')
    return found


def write_condition(path: Sequence[str], comparison: Comparison, value: Plain) -> str:
    """One condition as it stands in a line, all texts in quotes."""
    name = ".".join(map(_quoted, path))
    return f"{name}{comparison}{_written(value)}"


class _Reader:
    """A line, and how far it is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def condition(self) -> Condition:
        path = [self._key()]
        while self.take("."):
            path.append(self._key())
        operator = self._match(_OPERATOR)
        if operator is None:
            raise self.wrong("there should be one of = != < <= > >=")
        comparison, value = Comparison(operator[0]), self._value()
        if comparison not in _EQUALITY and (value is None or isinstance(value, bool)):
            raise self.wrong(f"`{operator[0]}` compares with a number or a text only")
        return Condition(("params", *path), comparison, value)

    def take(self, character: str) -> bool:
        self._skip_space()
        found = self._text.startswith(character, self._at)
        self._at += len(character) if found else 0
        return found

    def is_at_end(self) -> bool:
        self._skip_space()
        return self._at == len(self._text)

    def wrong(self, problem: str) -> ValueError:
        return ValueError(f"at character {self._at + 1}: {problem}")

    def _key(self) -> str:
        found = self._match(_QUOTED) or self._match(_WORD)
        if found is None:
            raise self.wrong("there should be the name of a parameter (in quotes if it is odd)")
        return _unescaped(found[found.lastindex or 0])

    def _value(self) -> Plain:
        if (quoted := self._match(_QUOTED)) is not None:
            return _unescaped(quoted[1])
        found = self._match(_PLAIN)
        if found is None:
            raise self.wrong("there should be a number or a text (in quotes if it is odd)")
        return self._meaning(found[0].rstrip())

    def _meaning(self, text: str) -> Plain:
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE.fullmatch(text):
            return int(text)
        if not _NUMBER.fullmatch(text):
            return text
        number = float(text)
        if not math.isfinite(number):
            raise self.wrong("this number is too large")
        return number

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip_space()
        found = pattern.match(self._text, self._at)
        self._at = self._at if found is None else found.end()
        return found

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = self._at if found is None else found.end()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written(value: Plain) -> str:
    match value:
        case str():
            return _quoted(value)
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case _:
            return repr(value)
