"""The contract of the `ViewStore` port, for adapters whose save can stop half-way."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.views import Folded
from hyperdock_common.testing.view_documents import OpenViews
from hyperdock_common.testing.view_store import ViewStoreContract

HalfSave: TypeAlias = Callable[[str, Mapping[str, JsonObject], int], None]


class SteppedViewStoreContract(ViewStoreContract):
    """For an adapter whose save has steps: inherit this one, and give `half_save` as well."""

    @pytest.fixture
    def half_save(self) -> HalfSave:
        """Saves as `save` does, and stops where the documents are written and the position not."""
        raise NotImplementedError

    def test_half_a_save_is_told(self, open_views: OpenViews, half_save: HalfSave) -> None:
        """Invariant 5: documents that are ahead of their view say so, and the others do not."""
        open_views().save("jobs", {"a": {"n": 1}, "b": {"n": 1}}, 3)
        half_save("jobs", {"a": {"n": 2}, "new": {"n": 2}}, 7)
        views = open_views()
        assert views.position("jobs") == 3
        assert views.folded("jobs", ["a", "b", "new"]) == {
            "a": Folded(position=7, document={"n": 2}),
            "b": Folded(position=3, document={"n": 1}),
            "new": Folded(position=7, document={"n": 2}),
        }

    def test_half_a_save_is_completed(self, open_views: OpenViews, half_save: HalfSave) -> None:
        """Invariant 5: folding again from the position on, in whatever steps, doubles nothing."""
        half_save("jobs", {"a": {"n": 2}}, 7)
        views = open_views()
        views.save("jobs", {"b": {"n": 1}}, 5)
        assert views.folded("jobs", ["a", "b"]) == {
            "a": Folded(position=7, document={"n": 2}),
            "b": Folded(position=5, document={"n": 1}),
        }
        views.save("jobs", {}, 7)
        views.save("jobs", {"a": {"n": 3}}, 8)
        assert views.folded("jobs", ["a"]) == {"a": Folded(position=8, document={"n": 3})}
