"""Reading single values of a space from what a user wrote, checked."""

import math
import re

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import Json
from hyperdock_common.space.wording import shown

MOST_VALUES = 10_000
DEEPEST = 16
LARGEST_INT = 2**63 - 1

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_LONGEST_NUMBER = 400
_LARGEST_BOUND = 2**53


class Allowance:
    """How many parameters and values a space may still hold, so that none can exhaust a service.

    Counted over what is parsed and not over what was written: YAML aliases make few lines many.
    """

    def __init__(self, field: str) -> None:
        self._field = field
        self._left = MOST_VALUES

    def spend(self, count: int = 1) -> None:
        """Take `count` of what is left.

        Raises:
            InvalidTrial: there is not so much left.
        """
        self._left -= count
        if self._left < 0:
            raise InvalidTrial(
                self._field,
                f"has more than {MOST_VALUES:,} parameters and values: use fewer, or give a range "
                "(`type: int` or `float`) instead of a list",
            )


def read_value(raw: object, field: str, allowance: Allowance, depth: int = 0) -> Json:
    """A JSON value, copied; each value inside counts.

    Raises:
        InvalidTrial: it holds something that JSON, the log or a target cannot.
    """
    allowance.spend()
    if depth > DEEPEST:
        raise InvalidTrial(field, f"is nested too deeply (at most {DEEPEST} levels)")
    match raw:
        case list():
            return [
                read_value(each, f"{field}[{index}]", allowance, depth + 1)
                for index, each in enumerate(raw)
            ]
        case dict():
            return {
                read_key(key, field): read_value(each, f"{field}.{key}", allowance, depth + 1)
                for key, each in raw.items()
            }
        case _:
            return _read_scalar(raw, field)


def read_key(raw: object, field: str) -> str:
    """A key of an object.

    Raises:
        InvalidTrial: it is no text that can be stored.
    """
    if not isinstance(raw, str):
        raise InvalidTrial(
            field,
            f"the name {shown(raw)} must be a text: put it in quotes (YAML reads a bare yes, no, "
            "on or off as true or false)",
        )
    if "\0" in raw or not _is_unicode(raw):
        raise InvalidTrial(field, f"the name {shown(raw)} has characters that cannot be stored")
    return raw


def read_number(raw: object, field: str) -> int | float:
    """A finite number; YAML 1.1 takes 1e-5 (without a dot) for a text, so texts are read too.

    Raises:
        InvalidTrial: it is something else.
    """
    number = raw
    if isinstance(raw, str) and len(raw) <= _LONGEST_NUMBER and _NUMBER.fullmatch(raw.strip()):
        number = float(raw) if set(raw) & set(".eE") else int(raw)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise InvalidTrial(field, f"must be a number, not {shown(raw)}")
    if not _is_finite(number):
        raise InvalidTrial(field, f"must be a finite number (at most about 1.8e308), not {raw}")
    return number


def read_float(raw: object, field: str) -> float:
    """A finite number as a float.

    Raises:
        InvalidTrial: it is something else.
    """
    return float(read_number(raw, field))


def read_int(raw: object, field: str) -> int:
    """A whole number that a float holds exactly, as an int.

    Raises:
        InvalidTrial: it is something else.
    """
    number = read_number(raw, field)
    if number != int(number):
        raise InvalidTrial(
            field, f"must be a whole number, not {shown(raw)}; for others use `type: float`"
        )
    if abs(number) > _LARGEST_BOUND:
        raise InvalidTrial(
            field, f"must be within ±2^53 ({_LARGEST_BOUND}), not {shown(raw)}; use `type: float`"
        )
    return int(number)


def read_bool(raw: object, field: str) -> bool:
    """True or false.

    Raises:
        InvalidTrial: it is something else.
    """
    if not isinstance(raw, bool):
        raise InvalidTrial(field, f"must be true or false, not {shown(raw)}")
    return raw


def _read_scalar(raw: object, field: str) -> Json:
    match raw:
        case None | bool():
            return raw
        case int():
            if abs(raw) > LARGEST_INT:
                raise InvalidTrial(field, "is a whole number beyond 64 bits: write it as a text")
            return raw
        case float():
            if not math.isfinite(raw):
                raise InvalidTrial(field, f"must be a finite number, not {raw}; a text is allowed")
            return raw
        case str():
            if not _is_unicode(raw):
                raise InvalidTrial(field, "has characters that cannot be stored")
            return raw
        case _:
            raise InvalidTrial(
                field,
                f"{shown(raw)} is no JSON value (null, true, false, number, text, list, object): "
                "put it in quotes to make it a text",
            )


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond the floats
        return False


def _is_unicode(text: str) -> bool:
    """Whether UTF-8 can hold it: JSON's escapes allow halves of surrogate pairs."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
