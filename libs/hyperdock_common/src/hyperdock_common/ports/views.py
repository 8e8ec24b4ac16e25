"""The port to the views: query-ready documents that projections keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hyperdock_common.json_types import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSchema:
    """A view's name and the field lists that its pages are filtered and sorted by."""

    name: str
    indexes: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some documents in order, and the cursor of the next page (None: there is none)."""

    documents: Sequence[JsonObject]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A document, and the position up to which everything that concerns it is folded into it."""

    position: int
    document: JsonObject


class ViewStore(Protocol):
    """Keeps documents by view and key, each view with the log position that it shows.

    Guarantees: `save` never moves the position before its documents are there. Where it stops
    half-way some documents are ahead of the position, and `folded` says so: who folds again from
    the position on, and passes over what a document holds already, folds nothing twice. A save
    with a position that is not above the stored one is ignored. Thread safe.

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

    def page(
        self,
        view: str,
        *,
        where: Mapping[str, Json] | None = None,
        sort: str,
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """Documents whose fields equal `where`, sorted by the field `sort`, then by key.

        Documents that lack the sort field are left out. A page costs the same wherever it begins.

        Raises:
            ValueError: the cursor is not one that this query gave.
        """

    def clear(self, view: str) -> None:
        """Empties a view and sets it to position 0."""
