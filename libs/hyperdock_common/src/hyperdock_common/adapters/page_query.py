"""A page that is asked for, and the cursors between pages: the same for every store of views."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import msgspec

from hyperdock_common.json_types import Json
from hyperdock_common.ports.views import Condition, Field

Indexable: TypeAlias = str | int | float

_LARGEST_INTEGER: Final = 2**63 - 1
_NAME: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


class Place(msgspec.Struct, array_like=True, frozen=True):
    """Where a page ended: the last document's sort value and key, and of which query."""

    query: str
    sort_value: str | int | float
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which documents of a view, in which order.

    Raises:
        ValueError: what is to be compared or sorted by is no field.
    """

    view: str
    where: Mapping[str, Json] = field(default_factory=dict)
    conditions: Sequence[Condition] = ()
    sort: Field
    descending: bool = False

    def __post_init__(self) -> None:
        for each in (self.sort, *(condition.field for condition in self.conditions)):
            parts_of(each)

    def cursor(self, sort_value: str | float, key: str) -> str:
        """The cursor of the page behind a document. It says nothing about the page's size."""
        raw = msgspec.json.encode(Place(self._fingerprint(), sort_value, key))
        return base64.urlsafe_b64encode(raw).decode()

    def place(self, cursor: str) -> Place:
        """What `cursor` was made of.

        Raises:
            ValueError: it is no cursor of this query.
        """
        try:
            raw = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
            last = msgspec.json.decode(raw, type=Place)
        except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
            raise ValueError("not a cursor") from error
        if last.query != self._fingerprint() or comparable(last.sort_value) is None:
            raise ValueError("the cursor belongs to another query")
        return last

    def _fingerprint(self) -> str:
        where: list[object] = [*sorted(self.where.items())]
        where += [(parts_of(each.field), each.comparison, each.value) for each in self.conditions]
        query = [self.view, where, parts_of(self.sort), self.descending]
        return hashlib.sha256(msgspec.json.encode(query)).hexdigest()[:16]


def checked(name: str) -> str:
    """The name of a view or a field, if a database takes it as it is.

    Raises:
        ValueError: it is no name.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a view or a field")
    return name


def parts_of(name: Field) -> tuple[str, ...]:
    """The parts of a field's name.

    Raises:
        ValueError: it is no name.
    """
    if isinstance(name, str):
        return tuple(checked(name).split("."))
    if not name:
        raise ValueError("a field without any name")
    return name


def scalar(name: str, value: Json) -> Indexable | None:
    """What a field is to equal, as databases compare it.

    Raises:
        ValueError: it is a list, an object, or a number that none of them takes.
    """
    plain = comparable(value)
    if plain is None and value is not None:
        raise ValueError(f"{name} can be asked for a plain value only")
    return plain


def comparable(value: Json) -> Indexable | None:
    """A value as it is compared and sorted: truth values as numbers; None where it is not plain."""
    match value:
        case bool():
            return int(value)
        case int() if abs(value) > _LARGEST_INTEGER:
            return float(value) if abs(value) < 10**300 else None
        case int() | float() | str():
            return value
        case _:
            return None
