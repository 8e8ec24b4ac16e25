"""The documents of a page: looked at in order, and passed over where they meet not every condition.

The same for every store, whose database only searches and sorts: so conditions mean the same
everywhere, no name that people chose ever stands in a query, and no page looks at more than so
much, whatever is asked for.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from hyperdock_common.adapters.page_query import Indexable, PageQuery, comparable, parts_of
from hyperdock_common.json_types import Json
from hyperdock_common.ports.views import Comparison, Condition, Page, Plain

MOST_LOOKED_AT: Final = 2_000
_MOST_TEXT: Final = 32 * 1024 * 1024

_ORDERS: Final[Mapping[Comparison, Callable[[int, int], bool]]] = MappingProxyType(
    {
        Comparison.LESS: operator.lt,
        Comparison.AT_MOST: operator.le,
        Comparison.MORE: operator.gt,
        Comparison.AT_LEAST: operator.ge,
    }
)

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Row(NamedTuple):
    """A document as it was found: its key, by what it is sorted, and its text."""

    key: str
    sort_value: Indexable
    text: str


def filled(query: PageQuery, rows: Iterable[Row], limit: int) -> Page:
    """The page that the first of `rows` make, which come in order.

    Where a document comes behind a full page there is a next one, which begins with it.
    """
    shown: list[str] = []
    passed: Row | None = None
    texts = 0
    for count, row in enumerate(rows, 1):
        if meets(row.text, query.conditions):
            if passed is not None and len(shown) == limit:
                return _continued(query, shown, passed)
            shown.append(row.text)
        passed = row
        texts += len(row.text)
        if query.conditions and (count >= MOST_LOOKED_AT or texts >= _MOST_TEXT):
            return _continued(query, shown, row)
    return Page(texts=shown, next_cursor=None)


def rows_for(query: PageQuery, limit: int) -> int:
    """How many rows `filled` takes at most."""
    return MOST_LOOKED_AT if query.conditions else limit + 1


def meets(text: str, conditions: Sequence[Condition]) -> bool:
    """Whether a document meets all of the conditions."""
    if not conditions:
        return True
    members = _members.decode(text)  # what nobody asks for stays text, however large it is
    return all(_holds(each, _within(members, parts_of(each.field))) for each in conditions)


def member(text: str, parts: Sequence[str]) -> Indexable | None:
    """What a document is sorted by; None where it has no such field or nothing plain there."""
    return comparable(_within(_members.decode(text), parts))


def _continued(query: PageQuery, shown: Sequence[str], last: Row) -> Page:
    return Page(texts=shown, next_cursor=query.cursor(last.sort_value, last.key))


def _within(members: Mapping[str, msgspec.Raw], parts: Sequence[str]) -> Json:
    raw = members.get(parts[0])
    value: Json = None if raw is None else msgspec.json.decode(raw)
    for part in parts[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _holds(condition: Condition, value: Json) -> bool:
    asked = condition.value
    match condition.comparison:
        case Comparison.EQUAL:
            return _is_same(value, asked)
        case Comparison.NOT_EQUAL:
            return not _is_same(value, asked)
        case Comparison.CONTAINS:
            return isinstance(value, list) and any(_is_same(each, asked) for each in value)
        case Comparison.HAS_TEXT:
            return isinstance(value, str) and str(asked).casefold() in value.casefold()
        case _:
            order = _order(value, asked)
            return order is not None and _ORDERS[condition.comparison](order, 0)


def _is_same(value: Json, asked: Plain) -> bool:
    if asked is None:
        return value is None
    wanted = comparable(asked)
    return wanted is not None and comparable(value) == wanted


def _order(value: Json, asked: Plain) -> int | None:
    """Below, at or above 0 as the value is below, at or above what is asked for; None: neither."""
    match comparable(value), comparable(asked):
        case str(left), str(right):
            return (left > right) - (left < right)
        case (int() | float()) as left, (int() | float()) as right:
            return (left > right) - (left < right)
        case _:
            return None
