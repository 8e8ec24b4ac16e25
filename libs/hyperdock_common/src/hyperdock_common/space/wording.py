"""How problems with a space are worded: values abbreviated, what is allowed listed, near misses."""

import difflib
import json
from collections.abc import Iterable, Sequence

from hyperdock_common.json_types import Json

_LONGEST = 60
_MOST = 10


def shown(raw: object) -> str:
    """Something that a user wrote, cut short where it is long or may be without end."""
    match raw:
        case list():
            return "a list"
        case dict():
            return "an object"
        case None | bool() | int() | float() | str():
            return _cut(json.dumps(raw, ensure_ascii=False))
        case _:
            return _cut(str(raw))


def listed(values: Sequence[Json]) -> str:
    """Values with commas, the first few of many."""
    texts = [_cut(json.dumps(value, ensure_ascii=False)) for value in values[:_MOST]]
    return ", ".join(texts) + _total(values)


def quoted(names: Iterable[str]) -> str:
    """Names of fields, types or parameters with commas, the first few of many."""
    every = list(names)
    return ", ".join(f"`{name}`" for name in every[:_MOST]) + _total(every)


def near(word: str, known: Iterable[str]) -> str:
    """`did you mean …? ` with the known word that is nearest; nothing if none is near."""
    if len(word) > _LONGEST:
        return ""
    matches = difflib.get_close_matches(word, known, n=1)
    return f"did you mean `{matches[0]}`? " if matches else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _total(every: Sequence[object]) -> str:
    return f", … ({len(every)} in all)" if len(every) > _MOST else ""
