"""The port to the views as they are stored, right or wrong: for who checks them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document as it stands in its store.

    Attributes:
        text: JSON, unless somebody has changed it.
        flaw: what else is wrong with how it is stored, in a few words; empty: nothing.
    """

    text: str
    flaw: str = ""


class StoredViews(Protocol):
    """Shows all that is stored in the live generations of views, and changes nothing.

    Errors, from every method: `StorageUnavailable`; ValueError where there is no such view.
    """

    def position(self, view: str) -> int:
        """Up to which position the view is folded; 0 for a new one."""

    def keys(self, view: str) -> Iterator[Sequence[str]]:
        """The keys of all documents, in order and some at a time.

        Of what is saved, removed or switched meanwhile each key may be among them or not.
        """

    def stored(self, view: str, keys: Sequence[str]) -> Mapping[str, StoredDocument]:
        """The documents that exist among `keys`, whatever is in them."""
