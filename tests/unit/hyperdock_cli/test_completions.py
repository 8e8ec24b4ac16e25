"""What a shell offers: quickly, or nothing."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.shell_completion import CompletionItem
from click.testing import Result

from hyperdock_cli.app import cli
from hyperdock_cli.completions import complete_trials, complete_workers
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_cli.testing.history import TRIAL, WORKER, registered, submitted

PARAMETER = click.Argument(["trial_text"])


def offered(
    outside: FakeOutside, complete: Callable[..., list[CompletionItem]], begun: str
) -> list[str]:
    """What is offered behind the beginning of a word."""
    root = cli.make_context("hyperdock", [], obj=outside.outside, resilient_parsing=True)
    found = complete(click.Context(click.Command("show"), parent=root), PARAMETER, begun)
    return [str(each.value) for each in found]


@pytest.fixture
def gateway() -> FakeGateway:
    """A worker and two trials."""
    return FakeGateway(registered(), submitted(), submitted("digits-cccccc", name="digits"))


def test_ids_are_offered(outside: FakeOutside) -> None:
    """Those that begin as what was typed."""
    assert offered(outside, complete_trials, "") == ["digits-cccccc", TRIAL]
    assert offered(outside, complete_trials, "bo") == [TRIAL]
    assert offered(outside, complete_workers, "h") == [WORKER]


def test_trouble_offers_nothing(outside: FakeOutside, gateway: FakeGateway) -> None:
    """Where nothing runs, where nobody answers, and where the answer is an error."""
    gateway.broken = 99
    assert offered(outside, complete_trials, "") == []
    gateway.broken, gateway.down = 0, 99
    assert offered(outside, complete_trials, "") == []
    outside.running = False
    assert offered(outside, complete_trials, "") == []


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete "), ("zsh", "#compdef"), ("fish", "function")]
)
def test_a_script_is_printed(invoke: Callable[..., Result], shell: str, word: str) -> None:
    """For the shell that is named."""
    result = invoke("completion", shell)
    assert result.exit_code == 0
    assert word in result.stdout
    assert "_HYPERDOCK_COMPLETE" in result.stdout


def test_the_script_works_in_bash(tmp_path: Path) -> None:
    """It loads, and Tab behind `hyperdock tr` makes a word of it."""
    command = tmp_path / "hyperdock"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hyperdock_cli "$@"\n')
    command.chmod(0o755)
    script = """
        source <(hyperdock completion bash) && complete -p hyperdock >/dev/null
        COMP_WORDS=(hyperdock tr) COMP_CWORD=1
        _hyperdock_completion hyperdock && echo "${COMPREPLY[@]}"
    """
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], env=env, capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.stderr) == (["trial"], "")
