"""How a page is filled from the rows that a search finds, read no further than it must."""

from collections.abc import Iterator

import msgspec

from hyperdock_common.adapters.page_documents import MOST_LOOKED_AT, Row, filled, rows_for
from hyperdock_common.adapters.page_query import PageQuery
from hyperdock_common.ports import Comparison, Condition

EVEN = Condition("even", Comparison.EQUAL, 1)
NEVER = Condition("even", Comparison.EQUAL, 2)


class Search:
    """Endless rows, every second of which is even, and how many of them were taken."""

    def __init__(self, padding: int = 0) -> None:
        self.taken = 0
        self._padding = "x" * padding

    def __iter__(self) -> Iterator[Row]:
        while True:
            number, self.taken = self.taken, self.taken + 1
            document = {"number": number, "even": 1 - number % 2, "padding": self._padding}
            yield Row(f"k{number}", number, msgspec.json.encode(document).decode())


def query(*conditions: Condition) -> PageQuery:
    """Numbers in order."""
    return PageQuery(view="numbers", conditions=conditions, sort="number")


def test_page_without_conditions_takes_one_row_more_than_it_shows() -> None:
    """The one more tells that there is a next page."""
    asked, search = query(), Search()
    page = filled(asked, search, 3)
    assert [each["number"] for each in page.documents] == [0, 1, 2]
    assert page.next_cursor == asked.cursor(2, "k2")
    assert search.taken == rows_for(asked, 3) == 4


def test_page_has_its_documents_as_they_are_stored() -> None:
    """Who only passes them on need not read them."""
    row = Row("k", 1, '{"number": 1.0,"even":0}')
    page = filled(query(), [row], 3)
    assert list(page.texts) == [row.text]
    assert page.documents == [{"number": 1.0, "even": 0}]


def test_next_page_begins_with_what_meets_the_conditions_next() -> None:
    """What was passed over once is not looked at again."""
    asked, search = query(EVEN), Search()
    page = filled(asked, search, 2)
    assert [each["number"] for each in page.documents] == [0, 2]
    assert page.next_cursor == asked.cursor(3, "k3")
    assert search.taken == 5


def test_page_ends_where_it_has_looked_at_enough() -> None:
    """However rare what meets the conditions is, one page costs no more."""
    asked, search = query(NEVER), Search()
    page = filled(asked, search, 5)
    assert not page.documents
    assert page.next_cursor == asked.cursor(MOST_LOOKED_AT - 1, f"k{MOST_LOOKED_AT - 1}")
    assert search.taken == rows_for(asked, 5) == MOST_LOOKED_AT


def test_page_ends_where_it_has_read_enough() -> None:
    """Large documents are fewer."""
    asked, search = query(NEVER), Search(padding=2**20)
    page = filled(asked, search, 5)
    assert page.next_cursor
    assert search.taken == 32
