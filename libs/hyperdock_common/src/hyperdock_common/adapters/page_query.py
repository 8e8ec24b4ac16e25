"""A page that is asked for, and the cursors between pages: the same for every store of views."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import msgspec

from hyperdock_common.json_types import Json

Scalar: TypeAlias = str | int | float | bool | None

_NAME: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


class Place(msgspec.Struct, array_like=True, frozen=True):
    """Where a page ended: the last document's sort value and key, and of which query."""

    query: str
    sort_value: str | int | float
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which documents of a view, in which order."""

    view: str
    where: Mapping[str, Json] = field(default_factory=dict)
    sort: str
    descending: bool = False

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
        if last.query != self._fingerprint():
            raise ValueError("the cursor belongs to another query")
        return last

    def _fingerprint(self) -> str:
        query = [self.view, sorted(self.where.items()), self.sort, self.descending]
        return hashlib.sha256(msgspec.json.encode(query)).hexdigest()[:16]


def checked(name: str) -> str:
    """The name of a view or a field, if a database takes it as it is.

    Raises:
        ValueError: it is no name.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a view or a field")
    return name


def scalar(name: str, value: Json) -> Scalar:
    """What a field is to equal.

    Raises:
        ValueError: it is a list or an object.
    """
    if isinstance(value, list | dict):
        raise ValueError(f"{name} can be asked for a plain value only")  # noqa: TRY004
    return value
