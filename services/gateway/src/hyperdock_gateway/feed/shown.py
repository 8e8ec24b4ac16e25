"""Whether the views show an event yet: who hears of it may ask at once what it has changed."""

from collections.abc import Sequence

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import Event
from hyperdock_common.events.foreign import ForeignEvent
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import PROJECTIONS


def views_of(event: Event | ForeignEvent) -> tuple[str, ...]:
    """The views that an event changes; none that this release knows, where it does not know it."""
    if isinstance(event, ForeignEvent):
        return ()
    return tuple(each.schema.name for each in PROJECTIONS if each.keys(event))


class Shown:
    """Up to where views are folded. Asks the store only about what it does not know."""

    def __init__(self, views: ViewStore) -> None:
        self._views = views
        self._known: dict[str, int] = {}

    def is_shown(self, position: int, views: Sequence[str]) -> bool:
        """Whether all these views are folded up to a position; no, if they cannot be asked."""
        try:
            return all(self._reaches(view, position) for view in views)
        except StorageUnavailable:
            return False

    def _reaches(self, view: str, position: int) -> bool:
        if self._known.get(view, 0) < position:
            self._known[view] = self._views.position(view)
        return self._known[view] >= position
