"""On which generation of a view its writer folds: that is the only one it may save to."""

from hyperdock_common.errors import ViewSwitched


class Hold:
    """The generations that a writer folds on: what was folded on one is not saved to another."""

    def __init__(self) -> None:
        self._on: dict[str, object] = {}

    def on(self, view: str, generation: object) -> None:
        """The writer goes on with this generation.

        Raises:
            ViewSwitched: it folded on another one before. It is free to begin anew.
        """
        if self._on.setdefault(view, generation) != generation:
            del self._on[view]
            raise ViewSwitched(view)

    def let_go(self, view: str | None = None) -> None:
        """What was folded of a view, or of all, is forgotten: the writer begins anew."""
        if view is None:
            self._on.clear()
        else:
            self._on.pop(view, None)
