"""The port to the views: query-ready documents that projections keep."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

import msgspec

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.stored_views import StoredViews

Field: TypeAlias = str | tuple[str, ...]
"""A field of a document: a plain name, dotted where it is nested, or the parts of one: only so can
parts be asked for that people named, for they may hold anything, dots too."""

Plain: TypeAlias = str | int | float | bool | None


class Comparison(StrEnum):
    """How a field is compared with a value. Truth values are the numbers 0 and 1.

    Ordered comparisons hold between two numbers and between two texts (by their characters) only:
    never where the field is missing. CONTAINS: the field is a list that has the value as a member.
    HAS_TEXT: the field is a text that has the value within it, in capitals or not.
    """

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    CONTAINS = "contains"
    HAS_TEXT = "has text"


_documents = msgspec.json.Decoder(JsonObject)

_ORDERED: Final = frozenset(
    {Comparison.LESS, Comparison.AT_MOST, Comparison.MORE, Comparison.AT_LEAST}
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What documents of a page are to meet. A missing field equals None, and None alone.

    Raises:
        ValueError: no document could ever be compared so.
    """

    field: Field
    comparison: Comparison
    value: Plain

    def __post_init__(self) -> None:
        value = self.value
        is_no_number = isinstance(value, float) and not math.isfinite(value)
        if is_no_number or isinstance(value, list | dict):
            raise ValueError(f"nothing is compared with {value!r}")
        if value is None and self.comparison in _ORDERED:
            raise ValueError(f"{self.comparison} needs a number or a text")
        if self.comparison is Comparison.HAS_TEXT and not isinstance(value, str):
            raise ValueError(f"{self.comparison} needs a text")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSchema:
    """A view's name, and by what its pages are filtered and sorted.

    Attributes:
        name: what it is called in the store.
        indexes: lists of fields: pages whose `where` and `sort` are one cost the same wherever
            they begin.
        sortable: objects on top of a document whose plain members, however deep and whatever
            people called them, pages may be sorted by. No index serves them.
        version: of the documents' shape: raise it where the fold or `sortable` changes. A view
            that was kept by another version counts as empty, and so is folded anew.
    """

    name: str
    indexes: tuple[tuple[str, ...], ...] = ()
    sortable: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some documents in order, and the cursor of the next page (None: there is none).

    Where there were conditions, a page may hold fewer documents than asked for, even none, and
    have a cursor all the same.

    Attributes:
        texts: the documents as JSON: who only passes them on need not read them.
    """

    texts: Sequence[str]
    next_cursor: str | None

    @property
    def documents(self) -> list[JsonObject]:
        """The documents; read anew each time."""
        return [_documents.decode(each) for each in self.texts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A document, and the position up to which everything that concerns it is folded into it."""

    position: int
    document: JsonObject


class Role(StrEnum):
    """What a generation of a view is there for.

    LIVE: it is read, and the single writer keeps it. BESIDE: it is being built beside the live
    one. BEFORE: it was the live one until the last switch.
    """

    LIVE = "live"
    BESIDE = "beside"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation of a view's documents.

    Attributes:
        number: of this view's, 0 for its first one; no number is given twice.
        position: up to which it is folded at least.
        version: of the schema that it was kept by; None where it was kept by none yet.
    """

    view: str
    role: Role
    number: int
    position: int
    version: int | None


class ViewStore(Protocol):
    """Keeps documents by view and key, each view with the log position that it shows.

    Guarantees: `save` never moves the position before its documents are there. Where it stops
    half-way some documents are ahead of the position, and `folded` says so: who folds again from
    the position on, and passes over what a document holds already, folds nothing twice. A save
    with a position that is not above the stored one is ignored. Thread safe.

    A view that was kept by another version of its schema is at position 0 and has nothing folded.
    What it shows stays until the first save, which empties it before: only who saves ever does.

    Another generation of a view may become the live one at any time (see `ViewGenerations`); its
    position is then not below the one before. Readers see the one or the other. What was folded
    on the one is never saved to the other: a `folded` or `save` of its writer behind a switch
    raises `ViewSwitched`, and who folds asks for the position again. Until then a writer may be
    given documents of the one before; `folded` of no keys tells at once. Who cannot fold asks so
    before taking the log for wrong.

    Errors, from every method: `StorageUnavailable`.
    """

    def position(self, view: str) -> int:
        """Up to which position the view is folded; 0 for a new one."""

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """Upserts documents by key, each folded up to `position`, and sets the view's position."""

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """The documents that exist among `keys`, each folded up to the view's position or beyond.

        For the one that folds: nobody else saves to this view meanwhile.
        """

    def get(self, view: str, key: str) -> JsonObject | None:
        """One document."""

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """The documents that exist among `keys`."""

    def texts(self, view: str, keys: Sequence[str]) -> Mapping[str, str]:
        """The same as JSON: who needs only a part of many documents reads that part alone."""

    def page(
        self,
        view: str,
        *,
        where: Mapping[str, Json] | None = None,
        conditions: Sequence[Condition] = (),
        sort: Field,
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """Documents whose fields equal `where`, sorted by the field `sort`, then by key.

        Documents that lack the sort field, or where it is a list or an object, are left out.
        Numbers come before texts.

        What it costs: a page whose `where` and `sort` an index of the schema names, the same
        wherever it begins. Other `where` and `sort`, a search through every document that an index
        finds; one that takes too long is given up. What does not meet the `conditions` is looked
        at, in order, and passed over: so many documents for one page at most (some thousand), and
        a page that ends there is short and has a cursor. So what an index serves belongs into
        `where`, and all else into `conditions`.

        Args:
            view: whose documents.
            where: plain values of plain fields; None where the field is to be missing.
            conditions: all of which a document is to meet.
            sort: one that an index names, a plain one on top, or one within a `sortable`.
            descending: the order turned round as a whole.
            limit: how many documents at most.
            cursor: of the page before, which was asked for with the same except `limit`.

        Raises:
            ValueError: the cursor is not one that this query gave; there is no such field.
            StorageUnavailable: also where the search took too long.
        """

    def clear(self, view: str) -> None:
        """Empties a view and sets it to position 0; of a live one the other generations go, too.

        For where the log is another one: they are of the one before.
        """


class ViewGenerations(Protocol):
    """The generations of views: how views are folded anew while the live ones are read and kept.

    Guarantees: each view has one live generation at any moment, and at most one beside it and one
    before it. All of it outlives a crash. Whatever is called, the live documents stay as they are.
    Any process may call it while others read and one writes the views.

    Errors, from every method: `StorageUnavailable`; ValueError where there is no such view.
    """

    def generations(self) -> Sequence[Generation]:
        """All that there are, by view, the live one first. Views that nobody kept are missing."""

    def beside(self, views: Sequence[str]) -> ViewStore:
        """The generations under construction of these views, begun where there are none.

        One that another version of the schema left is begun anew. The store shows these views
        only; its positions tell how far they are. Where one is gone meanwhile (switched or
        dropped), it raises `ViewSwitched`.
        """

    def before(self, views: Sequence[str]) -> ViewStore:
        """The generations from before the last switch: to be folded on before they are put back.

        Raises:
            ValueError: there is none.
        """

    def switch(self, view: str, role: Role = Role.BESIDE) -> bool:
        """Makes the generation beside (or before) the live one, and the live one that before.

        The one that was kept from before is dropped then, unless it is the one that is put back.
        What the generation lacks to be read fast (indexes) is made first, which may take a while.

        Returns:
            False where it is behind the live one by now: fold it on and call again.

        Raises:
            ValueError: there is no such generation.
            StorageUnavailable: the live one is kept by another version of the schema: who keeps
                it would not keep this one.
        """

    def drop(self, view: str, role: Role) -> bool:
        """Removes a generation that is not the live one; False where there is none."""


class RebuildableViews(ViewStore, StoredViews, Protocol):
    """A `ViewStore` that shows the live generations and gives hold of the others."""

    @property
    def generations(self) -> ViewGenerations:
        """The generations of its views."""
