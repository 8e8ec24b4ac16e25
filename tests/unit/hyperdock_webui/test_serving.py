"""What the pages are served as, and that nothing in them could be turned against the user."""

import re
from collections.abc import Mapping

import pytest
from starlette.requests import Request
from starlette.routing import Route

from hyperdock_webui import routes

FILES: Mapping[str, Route] = {each.path: each for each in routes() if isinstance(each, Route)}


async def _nothing() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}


def serve(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """The answer of a route: status, headers, body."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "method": "GET", "path": path, "headers": raw}, _nothing)
    coroutine = FILES[path].endpoint(request)
    try:
        coroutine.send(None)
    except StopIteration as answer:
        response = answer.value
        return response.status_code, dict(response.headers), response.body
    raise AssertionError("serving a page waits for nothing")


def texts(kind: str) -> dict[str, str]:
    """All served files of a kind."""
    return {path: serve(path)[2].decode() for path in FILES if path.endswith(kind)}


def test_the_start_page_is_at_the_root() -> None:
    """The root serves the page, everything else lies below /ui/."""
    status, headers, body = serve("/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<title>Hyperdock</title>" in body
    assert all(path == "/" or path.startswith("/ui/") for path in FILES)


def test_every_file_carries_a_strict_policy() -> None:
    """No file allows anything but the package's own files, inline code least of all."""
    for path in FILES:
        policy = serve(path)[1]["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy


def test_unchanged_files_are_not_sent_again() -> None:
    """A browser that has the file gets 304, one that has an old one gets the new one."""
    tag = serve("/")[1]["etag"]
    status, headers, body = serve("/", if_none_match=tag)
    assert (status, body) == (304, b"")
    assert headers["etag"] == tag
    assert serve("/", if_none_match='"old"')[0] == 200


def test_scripts_and_styles_have_their_types() -> None:
    """Browsers refuse modules of another type, and are told not to guess."""
    assert serve("/ui/app.js")[1]["content-type"] == "text/javascript; charset=utf-8"
    assert serve("/ui/style.css")[1]["content-type"] == "text/css; charset=utf-8"


def test_all_that_the_pages_name_is_served() -> None:
    """Every link of the page and every import of a module leads to a served file."""
    page = serve("/")[2].decode()
    named = {f"/{name}" for name in re.findall(r'(?:src|href)="([^"#]+)"', page)}
    for text in texts(".js").values():
        named |= {f"/ui/{name}" for name in re.findall(r'from "\./([^"]+)"', text)}
    assert named <= FILES.keys()
    assert set(FILES) - {"/"} <= named


def test_the_page_has_no_inline_code() -> None:
    """Scripts and styles are files: nothing in the page itself is run."""
    page = serve("/")[2].decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


@pytest.mark.parametrize("kind", [".js", ".css", "/", ".svg"])
def test_nothing_comes_from_elsewhere(kind: str) -> None:
    """No file names another host, but for the name of the SVG namespace."""
    for path, text in texts(kind).items():
        rest = text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\(", rest), path


def test_scripts_insert_text_only() -> None:
    """No script can turn a trial's name or a log into HTML or code."""
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc"
    for path, text in texts(".js").items():
        assert not re.search(ways, text), path
