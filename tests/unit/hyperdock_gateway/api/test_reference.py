"""The page that describes the API works in a browser that allows next to nothing."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from tests.unit.hyperdock_gateway.api.kit import Found, Kit, operation
from tests.unit.hyperdock_gateway.world import Api

from hyperdock_gateway.operations import OPERATIONS

VOID = frozenset({"meta", "br"})


class Page(HTMLParser):
    """The elements of a page, which have to be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids |= {value or "" for name, value in attrs if name == "id"}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Notes its end."""
        assert self._open.pop() == tag


@pytest.fixture
def page(api: Api) -> Page:
    """The gateway's page."""
    return Page(api.get("/docs").text)


def test_page_shows_every_operation(page: Page) -> None:
    """Every operation has its place, and every link leads somewhere on the page."""
    assert {each.id for each in OPERATIONS} <= page.ids
    inside = {each.removeprefix("#") for each in page.links if each.startswith("#")}
    assert inside <= page.ids
    assert [each for each in page.links if not each.startswith("#")] == ["openapi.json"]


def test_page_needs_nothing_but_its_own_style(api: Api, page: Page) -> None:
    """There is no script, no foreign address and no inline style beside the one that is allowed."""
    assert page.names.isdisjoint({"script", "img", "link", "iframe", "form", "object"})
    assert page.attributes <= {"charset", "class", "content", "href", "id", "lang", "name"}
    answer = api.get("/docs")
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "prefers-color-scheme: dark" in style
    assert "url(" not in style


def test_page_escapes_what_it_shows() -> None:
    """Nothing in a declaration can become markup."""
    text = Kit(operation(summary="<script>alert(1)</script>", query=Found)).get("/docs").text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
