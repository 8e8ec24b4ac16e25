"""Reading several things, so that all their problems are told at once and not one by one."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from hyperdock_common.errors import InvalidTrial, Problem

_MOST_PROBLEMS = 20
_From = TypeVar("_From")
_To = TypeVar("_To")


def read_each(written: Iterable[_From], read: Callable[[_From], _To]) -> list[_To]:
    """Each thing as `read` reads it.

    Raises:
        InvalidTrial: with the problems of all of them, the first ones of many.
    """
    results: list[_To] = []
    problems: dict[Problem, None] = {}
    for each in written:
        try:
            results.append(read(each))
        except InvalidTrial as error:
            problems.update(dict.fromkeys(error.problems))
            if len(problems) >= _MOST_PROBLEMS:
                break
    if problems:
        first, *more = list(problems)[:_MOST_PROBLEMS]
        raise InvalidTrial(first.field, first.problem, *more)
    return results


def read_union(raw: object, field: str, read: Callable[[object, str], _To]) -> tuple[_To, ...]:
    """The one thing, or each of a list of them, with the field to call it in problems.

    Raises:
        InvalidTrial: the list is empty, or with the problems of all of them.
    """
    if not isinstance(raw, list):
        return (read(raw, field),)
    if not raw:
        raise InvalidTrial(field, "is an empty list: name at least one space")
    fields = (f"{field}[{index}]" for index in range(len(raw)))
    return tuple(read_each(zip(raw, fields, strict=True), lambda each: read(*each)))
