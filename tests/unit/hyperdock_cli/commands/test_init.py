"""`hyperdock init`: the trial file to begin with."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from click.testing import Result

from hyperdock_cli.commands.init import template
from hyperdock_cli.trial_file import read_trial_file
from hyperdock_common.spec import load_document, parse_trial

Invoke = Callable[..., Result]
KINDS: tuple[Literal["image", "command"], ...] = ("image", "command")


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_is_a_valid_trial(kind: Literal["image", "command"]) -> None:
    """As it is, without a change."""
    spec = parse_trial(load_document(template(kind)))
    assert spec.runs_in == {"image": "docker", "command": "process"}[kind]
    assert spec.budget.jobs == 20


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_template_leaves_commented_is_valid_too(
    kind: Literal["image", "command"], tmp_path: Path
) -> None:
    """Every example field can be used by taking its # away."""
    text = re.sub(r"^( *)# ( *[a-zA-Z_]+:( |$))", r"\1\2", template(kind), flags=re.MULTILINE)
    text = text.replace("algorithm: auto\n", "")
    (tmp_path / "data").mkdir()
    path = tmp_path / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    spec = read_trial_file(path, ()).spec
    assert spec.algorithm.seed == 7
    assert spec.timeout == 600
    assert spec.resources.memory == 512 * 2**20
    assert spec.environment == {"OMP_NUM_THREADS": "1"}
    assert spec.budget.max_failures == 5


def test_it_is_written_and_says_what_is_next(invoke: Invoke, tmp_path: Path) -> None:
    """The next command is there to be copied."""
    path = tmp_path / "t.yaml"
    result = invoke("init", str(path), "--command")
    assert result.exit_code == 0
    assert f"hyperdock run {path}" in result.stdout
    assert path.read_text(encoding="utf-8") == template("command")


def test_the_default_is_an_image(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In trial.yaml, here."""
    monkeypatch.chdir(tmp_path)
    assert invoke("init").exit_code == 0
    assert (tmp_path / "trial.yaml").read_text(encoding="utf-8") == template("image")


def test_nothing_is_overwritten_unasked(invoke: Invoke, tmp_path: Path) -> None:
    """An existing file stays, unless --force is given."""
    path = tmp_path / "t.yaml"
    path.write_text("mine", encoding="utf-8")
    result = invoke("init", str(path))
    assert result.exit_code == 2
    assert result.stderr == f"error: {path} exists; give another name, or --force\n"
    assert path.read_text(encoding="utf-8") == "mine"
    assert invoke("init", str(path), "--force").exit_code == 0
    assert path.read_text(encoding="utf-8") == template("image")


def test_a_folder_that_is_not_there_is_an_error(invoke: Invoke, tmp_path: Path) -> None:
    """One line, no traceback."""
    result = invoke("init", str(tmp_path / "no" / "t.yaml"))
    assert result.exit_code == 2
    assert "No such file or directory" in result.stderr
