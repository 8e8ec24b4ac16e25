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


class ViewStore(Protocol):
    """Keeps documents by view and key, each view with the log position that it shows.

    Guarantees: `save` is atomic (documents and position together); a save with a position that is
    not above the stored one is ignored, so a fold that is repeated after a crash changes nothing.
    Thread safe. Errors, from every method: `StorageUnavailable`.
    """

    def position(self, view: str) -> int:
        """Up to which position the view is folded; 0 for a new one."""

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """Upserts documents by key and sets the view's position."""

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
