"""Names and files as ways to other files, or to a browser: out of a job's folder, into a header."""

import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import quote

import httpx
import pytest
from tests.integration.ways_in.place import SECRET, SECRET_NAME, Place

pytestmark = pytest.mark.slow

KEY = {"KEY": SECRET_NAME}
SECRET_OF_A_JOB = "only this job's own"  # noqa: S105 - it is none
ODD_NAMES = (
    "line\nend.txt", "carriage\rreturn", 'quo"te', "semi;colon=x", "\u202egnp.exe", "ta\tb.html",
    "%2e%2e", "%0d%0aX-Injected: 1", "-rf", "~", "back\\slash", "C:\\windows", "großes.txt", "'",
    "CON", "a" * 250, "zero\u200bwidth",
)  # fmt: skip
PLANTED = r"""
out="$HYPERDOCK_DIR/out"; cd "$out"
ln -s /etc/passwd passwd; ln -s /etc etc; ln -s ../../../../../../etc/passwd up
ln -s /proc/self/environ environ; ln -s /dev/zero zero; ln -s . dot; ln -s self self
ln -s OTHER other; ln -s OTHER/out/mine mine; ln -s ../../ work
mkfifo fifo; mknod null c 1 3 2>/dev/null || true
echo "the key is $KEY" ; env
echo fine > fine; ln fine hard; ln -s fine soft
mkdir -p deep/er; ln -s ../../fine deep/er/soft
echo '<script>fetch("/api/v1/trials")</script>' > page.html
echo '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>' > picture.svg
cp page.html page.txt; cp page.html page.png; cp page.html page.xml; cp page.html page.pdf
cp page.html page.js; cp page.html page; cp page.html page.xhtml; cp page.html page.HTML
printf bytes > "$(printf 'broken-\377')"
"""
OUTSIDE = (
    "passwd", "etc/passwd", "up", "environ", "zero", "other/out/mine", "mine", "fifo", "null",
    "work/params.json", "self", "other", "etc", "dot", "work",
)  # fmt: skip
TRAVERSALS = (
    "..", "../loss.json", "../../loss.json", "../../../../../../../etc/passwd", "out/../loss.json",
    "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%252e%252e%252fetc%252fpasswd", "..%5c..%5cetc%5cpasswd", "..\\..\\etc\\passwd",
    "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "out//fine", "./out/fine", "out/./fine",
    "out/fine/", "out/fine%00", "out/fine%00.txt", "%00", "out/fine/..", "....//....//etc/passwd",
    "..;/..;/etc/passwd", "%c0%ae%c0%ae/etc/passwd", "%uff0e%uff0e/etc/passwd", "a" * 5000,
    "a/" * 3000, "file:///etc/passwd", "\\\\host\\share", "C:/windows", "out/FINE", "log.txt/..",
    "~/.ssh/id_rsa", "$HOME", "%ff", "%ed%a0%80", "out%2f..%2f..%2fjob.json",
)  # fmt: skip


@pytest.fixture(scope="module")
def token(place: Place) -> str:
    """Of somebody who may read."""
    return place.token("read")


@pytest.fixture(scope="module")
def reader(place: Place, token: str) -> Iterator[httpx.Client]:
    """The same, with a browser."""
    with place.client(token) as client:
        yield client


@pytest.fixture(scope="module")
def other(place: Place) -> str:
    """A job whose files are its own."""
    return place.run(f'echo "{SECRET_OF_A_JOB}" > "$HYPERDOCK_DIR/out/mine"')


@pytest.fixture(scope="module")
def planted(place: Place, other: str) -> str:
    """A job that leaves whatever could lead elsewhere."""
    (mine,) = place.results.glob(f"**/{other}/out/mine")
    names = "".join(
        f"printf x > '{name}'\n" for name in ODD_NAMES if "'" not in name and "\n" not in name
    )
    odd = 'printf x > "line\nend.txt"; printf x > "\'"\n'
    return place.run(PLANTED.replace("OTHER", str(mine.parent.parent)) + names + odd, secrets=KEY)


def get_raw(place: Place, token: str, path: str) -> bytes:
    """The answer to a path that no client makes tidy first."""
    login = f"Authorization: Bearer {token}".encode()
    line = b"GET " + path.encode() + b" HTTP/1.1"
    reply = place.raw(line, b"Host: 127.0.0.1", login)
    assert reply.status in {200, 400, 404, 422}, reply.whole[:300]
    assert reply.status != 200 or b"application/problem+json" not in reply.head
    return reply.whole if reply.status == 200 else b""


def test_no_path_leads_out_of_a_jobs_folder(place: Place, token: str, planted: str) -> None:
    """However it is written: what is not among the job's files is not there."""
    for path in TRAVERSALS:
        written = path.replace(" ", "%20")
        answer = get_raw(place, token, f"/api/v1/jobs/{planted}/files/{written}")
        assert answer == b"", path


@pytest.mark.parametrize(
    "place_of_id",
    ["trials/{}", "trials/{}/spec", "trials/{}/export", "trials/{}/best/archive", "jobs/{}",
     "jobs/{}/log", "jobs/{}/log/download", "jobs/{}/files", "jobs/{}/files/loss.json",
     "jobs/{}/archive", "workers/{}"],
)  # fmt: skip
def test_no_id_is_a_path(place: Place, token: str, planted: str, place_of_id: str) -> None:
    """Nobody gets to a file by an id that is none."""
    trial_id = planted.rpartition(".")[0]
    for odd in (
        "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", f"..%2fresults%2f{trial_id}", f"{trial_id}%00",
        f"{trial_id}%2f..", f"x%2f..%2f{trial_id}", "%00", "a" * 3000, "%0d%0a", "%ed%a0%80", "*",
        "$where", '{"$gt":""}', "[$ne]=1", f"{planted}%00", f"{planted}%20", f"%20{trial_id}",
    ):  # fmt: skip
        assert get_raw(place, token, f"/api/v1/{place_of_id.format(odd)}") == b"", odd


def test_links_of_a_target_lead_nowhere_else(reader: httpx.Client, planted: str) -> None:
    """Neither to files of the machine, nor to another job's, nor to what never ends."""
    listed = reader.get(f"/jobs/{planted}/files").json()["items"]
    paths = {each["path"] for each in listed}
    assert {"out/fine", "out/hard", "out/soft", "out/deep/er/soft"} <= paths
    for path in OUTSIDE:
        assert f"out/{path}" not in paths
        assert reader.get(f"/jobs/{planted}/files/out/{path}").status_code == 404
    for path in ("fine", "hard", "soft", "deep/er/soft"):
        assert reader.get(f"/jobs/{planted}/files/out/{path}").text == "fine\n"


def test_an_archive_holds_nothing_else_either(reader: httpx.Client, planted: str) -> None:
    """Only plain files, in one folder, whatever they are called; no other job's words."""
    content = reader.get(f"/jobs/{planted}/archive").content
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = archive.getmembers()
        for each in members:
            path = PurePosixPath(each.name)
            assert each.isreg(), each.name
            assert not path.is_absolute()
            assert path.parts[0] == planted
            assert ".." not in path.parts
            assert re.search(r"[\x00-\x1f\\]", each.name) is None
        files = [archive.extractfile(each) for each in members]
        content = b"".join(file.read() for file in files if file is not None)
    assert {f"{planted}/out/fine", f"{planted}/log.txt"} <= {each.name for each in members}
    assert b"root:" not in content
    assert b"the key is ***" in content
    assert SECRET.encode() not in content
    assert SECRET_OF_A_JOB.encode() not in content


def test_odd_names_do_no_harm_in_headers(reader: httpx.Client, planted: str) -> None:
    """Each can be had under its name, and makes no header of its own."""
    listed = reader.get(f"/jobs/{planted}/files")
    assert listed.status_code == 200
    paths = [each["path"] for each in listed.json()["items"]]
    for path in paths:
        answer = reader.get(f"/jobs/{planted}/files/{quote(path, safe='')}")
        assert "x-injected" not in answer.headers
        if "\n" in path:  # no address has a line's end; it is in the archive
            assert answer.status_code == 404
            continue
        assert answer.status_code == 200, path
        said = answer.headers["content-disposition"]
        assert re.fullmatch(r"(attachment|inline); filename\*=UTF-8''[A-Za-z0-9._~%-]+", said)
    assert {f"out/{name}" for name in ODD_NAMES} <= set(paths)


def test_no_file_of_a_target_runs_in_a_browser(reader: httpx.Client, planted: str) -> None:
    """Pages and pictures with scripts are saved, not shown; and nothing is of our origin."""
    for ending in (".html", ".xml", ".js", ".pdf", ".xhtml", ".HTML", ".txt", ".png", ""):
        answer = reader.get(f"/jobs/{planted}/files/out/page{ending}")
        assert answer.status_code == 200
        check_harmless(answer)
        if ending not in {".txt", ".png"}:
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["content-type"] == "application/octet-stream"
    picture = reader.get(f"/jobs/{planted}/files/out/picture.svg")
    assert picture.headers["content-disposition"].startswith("attachment;")
    check_harmless(picture)
    for path in ("log", "log/download", "archive"):
        check_harmless(reader.get(f"/jobs/{planted}/{path}"))


def check_harmless(answer: httpx.Response) -> None:
    """Whatever a browser thinks of the content, it runs nothing of it."""
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    media = answer.headers["content-type"].partition(";")[0]
    assert media in {"text/plain", "image/png", "application/octet-stream", "application/gzip"}
