"""Packages of the web UI carry its pages: built by who makes a package, not by who has it."""

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from frontend_build import NODE_WHEEL
from hatch_build import PagesHook
from tests.unit.hyperdock_webui.frontend_tree import Tree

Hatch = Callable[..., subprocess.CompletedProcess[str]]

REQUIRES = "import hatchling.build as b; print(b.get_requires_for_build_{}())"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A package whose pages were never built."""
    return Tree(tmp_path)


@pytest.fixture
def hatch(tree: Tree) -> Hatch:
    """Runs Python with the build backend in a folder, by the tree's programs."""

    def run(*words: str, folder: Path = tree.root) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            env={"PATH": tree.path, "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def built(hatch: Hatch, target: str, folder: Path) -> Path:
    """The package that building there gives."""
    done = hatch("-m", "hatchling", "build", "-t", target, "-d", "dist", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (package,) = (folder / "dist").iterdir()
    return package


def test_a_wheel_carries_the_pages(tree: Tree, hatch: Hatch) -> None:
    """Though git does not know them; the sources stay behind."""
    with zipfile.ZipFile(built(hatch, "wheel", tree.root)) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info" not in name}
    assert names == {
        "hyperdock_webui/__init__.py",
        "hyperdock_webui/build/assets/main-1.js",
        "hyperdock_webui/build/assets/main-1.js.gz",
        "hyperdock_webui/build/index.html",
        "hyperdock_webui/build/sources.sha256",
    }


def test_a_wheel_from_an_sdist_needs_no_node(tree: Tree, hatch: Hatch, tmp_path: Path) -> None:
    """The sdist carries sources and pages, and its pages are known to be made of its sources."""
    with tarfile.open(built(hatch, "sdist", tree.root)) as sdist:
        sdist.extractall(tmp_path / "unpacked", filter="data")
    tree.asked()
    tree.without_node()
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert (unpacked / "frontend" / "src" / "main.tsx").is_file()
    assert not (unpacked / "frontend" / "node_modules").exists()
    with zipfile.ZipFile(built(hatch, "wheel", unpacked)) as wheel:
        assert "hyperdock_webui/build/index.html" in wheel.namelist()
    assert tree.asked() == []


def test_an_editable_install_builds_the_pages(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installs a checkout has pages to look at."""
    monkeypatch.setenv("PATH", tree.path)
    unused: Any = None
    hook = PagesHook(str(tree.root), {}, unused, unused, "", "wheel")
    hook.initialize("editable", {})
    assert (tree.pages / "index.html").is_file()


@pytest.mark.parametrize("target", ["wheel", "sdist", "editable"])
def test_node_is_asked_for_only_where_it_is_wanted(tree: Tree, hatch: Hatch, target: str) -> None:
    """Neither where the system has one, nor where the pages are there already."""
    question = ("-c", REQUIRES.format(target))
    assert NODE_WHEEL not in hatch(*question).stdout
    built(hatch, "wheel", tree.root)
    tree.without_node()
    assert NODE_WHEEL not in hatch(*question).stdout
    tree.write("frontend/src/main.tsx", "changed")
    assert NODE_WHEEL in hatch(*question).stdout


def test_a_package_without_pages_is_not_made(tree: Tree, hatch: Hatch) -> None:
    """One sentence says why, instead of a traceback."""
    tree.without_node()
    done = hatch("-m", "hatchling", "build", "-t", "wheel")
    assert done.returncode == 1
    assert "there is no Node 20.19 or newer with npm" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tree.root / "dist").exists() or not list((tree.root / "dist").iterdir())
