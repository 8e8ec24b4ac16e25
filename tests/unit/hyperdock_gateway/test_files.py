"""Which paths may be asked for, and as what a target's files are handed out."""

import io

import pytest

from hyperdock_gateway.files import file_response, is_inside


@pytest.mark.parametrize("path", ["loss.json", "out/a/b", "a b", "größe", "...", "out/.hidden"])
def test_paths_of_files_pass(path: str) -> None:
    """A relative path of plain names is fine."""
    assert is_inside(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/./b",
        "..\\a",
        "a\\..\\b",
        "a\x00",
    ],
)
def test_paths_that_could_lead_elsewhere_do_not(path: str) -> None:
    """A path that some system could read as leading out of the folder is refused."""
    assert not is_inside(path)


@pytest.mark.parametrize(
    ("path", "media", "way"),
    [
        ("out/plot.PNG", "image/png", "inline"),
        ("loss.json", "text/plain; charset=utf-8", "inline"),
        ("out/page.html", "application/octet-stream", "attachment"),
        ("out/picture.svg", "application/octet-stream", "attachment"),
        ("out/model.bin", "application/octet-stream", "attachment"),
        ("out/no-suffix", "application/octet-stream", "attachment"),
    ],
)
def test_only_harmless_types_are_shown(path: str, media: str, way: str) -> None:
    """Pictures and texts are shown, everything else is for saving."""
    headers = file_response(io.BytesIO(b"123"), path).headers
    assert headers["content-type"] == media
    assert headers["content-disposition"].startswith(f"{way};")
    assert headers["content-length"] == "3"


def test_names_cannot_break_out_of_their_header() -> None:
    """Whatever a file is called, its header stays one header."""
    name = 'out/a"\r\nSet-Cookie: x=1; größe'
    disposition = file_response(io.BytesIO(b""), name).headers["content-disposition"]
    assert (
        disposition
        == "attachment; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3D1%3B%20gr%C3%B6%C3%9Fe"
    )
