"""The contract of the `ViewStore` port: pages of the documents that meet conditions."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import Comparison, Condition, Field, ViewStore
from hyperdock_common.testing.view_documents import numbers
from hyperdock_common.testing.view_queries import Asked, asked, documents_of, expected

_TRIALS: Sequence[tuple[int, Json, list[Json], JsonObject]] = (
    (0, "MNIST baseline", ["vision", 1], {"lr": 0.1, "model": {"depth": 3}, "opt": "adam"}),
    (1, "mnist, wide", [], {"lr": 0.01, "model": {"depth": 5}, "opt": "sgd"}),
    (2, "Straße", ["vision", None], {"lr": 1, "opt": "adam", "flag": True}),
    (3, "STRASSE", ["Vision"], {"lr": "auto", "model": {}}),
    (4, None, [], {"lr": None, "model": 7, "a.b": 1, "$x": "y", 'say "x"': [1]}),
)
TAGGED: dict[str, JsonObject] = {
    f"t{number}": {"number": number, "name": name, "tags": tags, "params": params}
    for number, name, tags, params in _TRIALS
}


class ViewConditionsContract:
    """Part of `ViewStoreContract`, which gives the fixture `views`."""

    @pytest.mark.parametrize(
        ("field", "comparison", "value", "met"),
        [
            ("params.lr", "=", 0.1, [0]),
            ("params.lr", "=", 1.0, [2]),
            ("params.lr", "=", "auto", [3]),
            ("params.lr", "=", None, [4]),
            ("params.model.depth", "=", None, [2, 3, 4]),
            ("params.flag", "=", True, [2]),
            ("params.flag", "=", 1, [2]),
            (("params", "a.b"), "=", 1, [4]),
            (("params", "$x"), "=", "y", [4]),
            (("params", 'say "x"'), "contains", 1, [4]),
            ("params.opt", "!=", "adam", [1, 3, 4]),
            ("params.opt", "!=", None, [0, 1, 2]),
            ("params.model", "!=", None, [0, 1, 3, 4]),
            ("params.lr", "<", 1, [0, 1]),
            ("params.lr", "<=", 1, [0, 1, 2]),
            ("params.lr", ">", 0.01, [0, 2]),
            ("params.lr", ">=", 0.01, [0, 1, 2]),
            ("params.lr", ">=", "", [3]),
            ("params.opt", "<", "b", [0, 2]),
            ("params.model", ">", 0, [4]),
            ("tags", "contains", "vision", [0, 2]),
            ("tags", "contains", 1, [0]),
            ("tags", "contains", None, [2]),
            ("name", "contains", "M", []),
            ("name", "has text", "mnist", [0, 1]),
            ("name", "has text", "straße", [2, 3]),
            ("name", "has text", "", [0, 1, 2, 3]),
            ("number", "has text", "1", []),
        ],
    )
    def test_condition_is_met_or_not(
        self,
        views: ViewStore,
        field: Field,
        comparison: str,
        value: str | float | bool | None,  # noqa: FBT001  one of the values
        met: Sequence[int],
    ) -> None:
        """Each comparison holds for the documents that it means, and for no others."""
        views.save("jobs", TAGGED, 1)
        condition = Condition(field, Comparison(comparison), value)
        page = views.page("jobs", conditions=[condition], sort="number")
        assert numbers(page.documents) == met

    def test_all_conditions_are_to_be_met(self, views: ViewStore) -> None:
        """Conditions and `where` narrow a page together."""
        views.save("jobs", TAGGED, 1)
        conditions = [
            Condition("params.lr", Comparison.AT_LEAST, 0.05),
            Condition("tags", Comparison.CONTAINS, "vision"),
        ]
        page = views.page("jobs", conditions=conditions, sort="number", descending=True)
        assert numbers(page.documents) == [2, 0]
        page = views.page("jobs", where={"number": 0}, conditions=conditions, sort="number")
        assert numbers(page.documents) == [0]

    @pytest.mark.parametrize(
        ("comparison", "value"),
        [("<", None), ("has text", 1), ("=", float("nan")), (">", float("inf")), ("=", [1])],
    )
    def test_condition_that_nothing_can_meet_is_refused(self, comparison: str, value: str) -> None:
        """What cannot be compared is a mistake, and no empty page."""
        with pytest.raises(ValueError, match=r"needs|compared"):
            Condition("params.lr", Comparison(comparison), value)

    @pytest.mark.parametrize("field", ["", "a b", "x'", "$x", ()])
    def test_condition_on_what_is_no_name_is_refused(self, jobs: ViewStore, field: Field) -> None:
        """Names that people chose are given as parts, so that dots in them are no dots of ours."""
        with pytest.raises(ValueError, match="name"):
            jobs.page("jobs", conditions=[Condition(field, Comparison.EQUAL, 1)], sort="number")

    def test_cursor_belongs_to_its_conditions(self, views: ViewStore) -> None:
        """The cursor of a page is refused where other conditions are asked for."""
        views.save("jobs", TAGGED, 1)
        one = Condition("params.lr", Comparison.MORE, 0)
        page = views.page("jobs", conditions=[one], sort="number", limit=1)
        assert page.next_cursor
        others = (
            Condition("params.lr", Comparison.AT_LEAST, 0),
            Condition("params.lr", Comparison.MORE, 1),
            Condition(("params.lr",), Comparison.MORE, 0),
        )
        for conditions in ([], [one, one], *([other] for other in others)):
            with pytest.raises(ValueError, match="cursor"):
                views.page("jobs", conditions=conditions, sort="number", cursor=page.next_cursor)

    def test_page_looks_at_so_many_documents_only(self, views: ViewStore) -> None:
        """Where nothing meets the conditions a page ends short, and the next ones go on from there.

        So one request cannot keep the store busy, and what is asked for is found all the same.
        """
        many: dict[str, JsonObject] = {f"j{n:04}": {"number": n // 2} for n in range(2_500)}
        assert not views.folded("jobs", list(many))
        views.save("jobs", many, 1)
        condition = Condition("number", Comparison.MORE, 1_247)
        pages = list(self._pages(views, condition, limit=1))
        assert [numbers(each) for each in pages] == [[], [1_248], [1_248], [1_249], [1_249]]

    @staticmethod
    def _pages(
        views: ViewStore, condition: Condition, limit: int
    ) -> Iterator[Sequence[JsonObject]]:
        cursor: str | None = None
        while True:
            page = views.page(
                "jobs", conditions=[condition], sort="number", limit=limit, cursor=cursor
            )
            yield page.documents
            if (cursor := page.next_cursor) is None:
                return

    def test_sort_by_what_people_named(self, views: ViewStore) -> None:
        """Names that look alike, or like a path, are names of their own."""
        paths: list[tuple[str, ...]] = [("a", "b"), ("a/b",), ("a.b",), ("a%2fb",), ("$a",), ("",)]
        for number in range(len(paths)):
            values: list[Json] = [(place + number) % len(paths) for place in range(len(paths))]
            nested, *plain = values
            params: JsonObject = {"a": {"b": nested}}
            params |= dict(zip((name for name, *_ in paths[1:]), plain, strict=True))
            views.save("jobs", {f"j{number}": {"number": number, "params": params}}, number + 1)
        for place, path in enumerate(paths):
            page = views.page("jobs", sort=("params", *path))
            first = -place % len(paths)
            assert numbers(page.documents) == [*range(first, len(paths)), *range(first)]

    def test_pages_are_what_a_plain_search_finds(self, views: ViewStore) -> None:
        """Whatever is asked of whatever documents, the pages are a filtered, sorted list."""

        @settings(max_examples=60, deadline=None)
        @given(asked())
        def check(asked: Asked) -> None:
            views.clear("jobs")
            views.save("jobs", asked.documents, 1)
            assert documents_of(views, asked) == expected(asked)

        check()
