"""What pages are served as: type, caching, compression, and the policy that tames them."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from tests.unit.hyperdock_webui.stand_in import HOSTS, serving

from hyperdock_common.web import Guard
from hyperdock_webui import routes

SCRIPT = "export const answer = 42;\n" * 200
FILES = {
    "index.html": "<title>tiny</title>",
    "icon.svg": "<svg/>",
    "index.html.map": "secret",
    "sources.sha256": "abc",
    "assets/main-1.js": SCRIPT,
    "assets/main-1.js.map": "secret",
    "assets/style-2.css": "a{}",
    "assets/font-3.woff2": "w",
    "assets/data-4.json": "{}",
    "assets/image-5.png": "p",
}
FOR_EVER = "public, max-age=31536000, immutable"


@contextmanager
def pages_in(folder: Path) -> Iterator[httpx.Client]:
    """A browser at a server of what lies there; it takes what it is sent, compressed or not."""
    guard = Middleware(Guard, hosts=HOSTS, name="the server")
    app = Starlette(routes=routes(folder), middleware=[guard])
    with (
        serving(app) as url,
        httpx.Client(base_url=url, headers={"Accept-Encoding": "identity"}) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A browser at a server of a few files, one of which has a compressed twin."""
    folder = tmp_path_factory.mktemp("build")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "assets/main-1.js.gz").write_bytes(gzip.compress(SCRIPT.encode(), mtime=0))
    with pages_in(folder) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/assets/main-1.js", "text/javascript; charset=utf-8"),
        ("/assets/style-2.css", "text/css; charset=utf-8"),
        ("/assets/font-3.woff2", "font/woff2"),
        ("/assets/data-4.json", "application/json"),
        ("/assets/image-5.png", "image/png"),
    ],
)
def test_files_have_their_types(browser: httpx.Client, path: str, media: str) -> None:
    """Browsers refuse modules of another type, and are told not to guess."""
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.text == FILES[path.removeprefix("/") or "index.html"]
    assert answer.headers["content-type"] == media
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/index.html.map",
        "/sources.sha256",
        "/assets/",
        "/assets/main-1.js.gz",
        "/assets/main-1.js.map",
        "/assets/gone-9.js",
        "/assets/..%2Findex.html",
        "/assets/%2e%2e/sources.sha256",
        "/assets",
    ],
)
def test_nothing_else_is_served(browser: httpx.Client, path: str) -> None:
    """Each file has one address, and what the build left beside the pages has none."""
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_a_file_of_an_older_version_is_missed_in_words(browser: httpx.Client) -> None:
    """A page open during an upgrade asks for files that are gone; nobody keeps the answer."""
    answer = browser.get("/assets/gone-9.js")
    assert answer.json()["detail"] == "there is no such file among the pages"
    assert answer.headers["cache-control"] == "no-store"


def test_hashed_files_are_kept_for_ever(browser: httpx.Client) -> None:
    """Their names change with their content; all others are asked for anew each time."""
    assert browser.get("/assets/main-1.js").headers["cache-control"] == FOR_EVER
    assert browser.get("/assets/style-2.css").headers["cache-control"] == FOR_EVER
    assert browser.get("/").headers["cache-control"] == "no-cache"
    assert browser.get("/icon.svg").headers["cache-control"] == "no-cache"


def test_unchanged_files_are_not_sent_again(browser: httpx.Client) -> None:
    """A browser that has the file gets 304, one that has an old one gets the new one."""
    tag = browser.get("/").headers["etag"]
    for known in (tag, f"W/{tag}", f'"old", {tag}'):
        answer = browser.get("/", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    assert browser.get("/", headers={"If-None-Match": '"old"'}).status_code == 200


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "deflate,GZIP ; q=1.0"])
def test_who_takes_gzip_gets_it(browser: httpx.Client, accepted: str) -> None:
    """As it was compressed when the pages were built, under a tag of its own."""
    plain = browser.get("/assets/main-1.js")
    packed = browser.get("/assets/main-1.js", headers={"Accept-Encoding": accepted})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 10
    assert packed.text == plain.text == SCRIPT
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    again = {"Accept-Encoding": accepted, "If-None-Match": packed.headers["etag"]}
    assert browser.get("/assets/main-1.js", headers=again).status_code == 304


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip2"])
def test_who_does_not_take_gzip_gets_it_plain(browser: httpx.Client, accepted: str) -> None:
    """Nobody is sent what they cannot read."""
    answer = browser.get("/assets/main-1.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.content == SCRIPT.encode()


def test_what_has_no_twin_is_always_plain(browser: httpx.Client) -> None:
    """Small files travel as they are, whoever asks."""
    answer = browser.get("/assets/style-2.css", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/icon.svg", "/assets/main-1.js"])
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_heads_are_those_of_the_files(browser: httpx.Client, path: str, accepted: str) -> None:
    """HEAD says all that GET says, and sends nothing."""
    headers = {"Accept-Encoding": accepted}
    head, whole = browser.head(path, headers=headers), browser.get(path, headers=headers)
    assert (head.status_code, head.content) == (200, b"")
    said = dict(head.headers)
    assert said | {"date": ""} == dict(whole.headers) | {"date": ""}


def test_pages_are_only_read(browser: httpx.Client) -> None:
    """Nothing else can be done to them."""
    assert browser.post("/").status_code == 405
    assert browser.delete("/assets/main-1.js").status_code == 405


@pytest.mark.parametrize("path", ["/", "/icon.svg", "/assets/main-1.js"])
def test_every_file_carries_a_strict_policy(browser: httpx.Client, path: str) -> None:
    """Scripts come from here alone, inline ones from nowhere, and text never becomes HTML."""
    policy = dict(
        each.partition(" ")[::2]
        for each in browser.get(path).headers["content-security-policy"].split("; ")
    )
    assert policy.pop("default-src") == policy.pop("frame-ancestors") == "'none'"
    assert policy.pop("base-uri") == policy.pop("form-action") == "'none'"
    assert policy.pop("require-trusted-types-for") == "'script'"
    assert policy.pop("trusted-types") == "default"
    assert policy.pop("style-src") == "'self' 'unsafe-inline'"
    assert policy.pop("img-src") == "'self' blob: data:"
    assert set(policy) == {"script-src", "font-src", "connect-src", "worker-src"}
    assert set(policy.values()) == {"'self'"}


def test_without_pages_it_says_what_to_do(tmp_path: Path) -> None:
    """The server runs all the same, for programs want no pages."""
    with pages_in(tmp_path / "none") as browser:
        answer = browser.get("/")
        assert browser.head("/").status_code == 503
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert "run `make ui` in the checkout" in answer.text
