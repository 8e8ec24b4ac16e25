"""The command as a whole: help, speed, errors."""

import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from hyperdock_cli.app import cli
from hyperdock_cli.boundary import explain
from hyperdock_cli.faults import Fault
from hyperdock_cli.launch import Launch, Outside
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_common.errors import BusUnavailable, InvalidTrial

Invoke = Callable[..., Result]


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that there is."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


def test_every_command_explains_itself_with_examples(invoke: Invoke) -> None:
    """Nobody has to leave the terminal to learn how a command is used."""
    found = list(commands(cli))
    assert ("trial", "resume") in found
    for words in found:
        result = invoke(*words, "--help")
        assert result.exit_code == 0
        assert "Example" in result.stdout, words


def test_the_help_documents_exit_codes(invoke: Invoke) -> None:
    """Scripts can rely on what is written."""
    for words in ((), ("run",)):
        page = invoke(*words, "--help").stdout
        assert "130  interrupted" in page
        assert "2    nothing was done" in page


def test_help_loads_nothing_heavy() -> None:
    """The first answer comes at once: no optimizer, engine, server or terminal library."""
    script = """
        import sys
        from hyperdock_cli.__main__ import main
        sys.argv = ["hyperdock", "--help"]
        try:
            main()
        except SystemExit:
            pass
        heavy = {"docker", "httpx", "nevergrad", "numpy", "pydantic", "rich", "uvicorn", "yaml"}
        print(sorted(heavy & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_is_a_usage_error(invoke: Invoke) -> None:
    """Exit code 2, and the way to the help."""
    result = invoke("frobnicate")
    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_without_a_system_the_message_says_what_to_do(
    invoke: Invoke, outside: FakeOutside, tmp_path: Path
) -> None:
    """Client commands do not start anything by themselves."""
    outside.running = False
    result = invoke("trial", "list", "--state", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr == (
        f"error: nothing runs on state folder {tmp_path}; "
        "start it with `hyperdock up`, or give --url\n"
    )


def session_of(words: list[str], env: dict[str, str]) -> tuple[str | None, str]:
    """Which URL and which state folder a command looks at."""
    looked: list[str] = []

    def running_url(state: Path) -> str | None:
        looked.append(str(state))
        return None

    def connect(url: str, _token: str | None) -> None:
        looked.append(url)
        raise Fault("enough")

    outside = Outside(running_url=running_url, connect=connect)  # type: ignore[arg-type]
    CliRunner(env=env).invoke(cli, [*words], obj=outside)
    return looked[-1] if looked[-1].startswith("http") else None, looked[-1]


@pytest.mark.parametrize(
    ("words", "env", "looked"),
    [
        (["worker", "list"], {"HYPERDOCK_STATE": "/env"}, "/env"),
        (["--state", "/root", "worker", "list"], {"HYPERDOCK_STATE": "/env"}, "/root"),
        (["--state", "/root", "worker", "list", "--state", "/own"], {}, "/own"),
        (["worker", "list"], {"HYPERDOCK_URL": "gate:1"}, "http://gate:1"),
        (["worker", "list", "--state", "/own"], {"HYPERDOCK_URL": "gate:1"}, "/own"),
        (["--state", "/root", "worker", "list"], {"HYPERDOCK_URL": "gate:1"}, "/root"),
        (["--url", "https://a", "worker", "list"], {"HYPERDOCK_STATE": "/env"}, "https://a"),
        (["worker", "list", "--url", "https://b"], {"HYPERDOCK_URL": "gate:1"}, "https://b"),
    ],
)
def test_the_nearer_word_counts(words: list[str], env: dict[str, str], looked: str) -> None:
    """A command's own option beats the root's, which beats the environment."""
    assert session_of(words, env)[1] == looked


def test_the_default_state_folder_is_in_the_home(tmp_path: Path) -> None:
    """Nothing has to be set to begin."""
    env = {"HOME": str(tmp_path), "HYPERDOCK_STATE": ""}
    assert session_of(["worker", "list"], env)[1] == str(tmp_path / ".hyperdock")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Fault("no", "do this"), "error: no; do this"),
        (InvalidTrial("space", "is empty"), "error: space: is empty"),
        (BusUnavailable("full"), "error: full"),
        (FileNotFoundError(2, "No such file", "/x"), "error: /x: No such file"),
        (OSError("odd"), "error: odd"),
        (
            ZeroDivisionError("by zero"),
            "error: unexpected ZeroDivisionError: by zero; set HYPERDOCK_DEBUG=1 to see where",
        ),
    ],
)
def test_every_error_is_one_line(error: Exception, text: str) -> None:
    """With the remedy where there is one."""
    assert explain(error).text == text


def broken(_launch: Launch) -> None:
    """A start that has a bug."""
    raise ZeroDivisionError("a bug")


@pytest.mark.parametrize("debug", [False, True])
def test_tracebacks_are_for_those_who_ask(tmp_path: Path, debug: bool) -> None:  # noqa: FBT001
    """HYPERDOCK_DEBUG=1 lets the error through."""
    outside = Outside(start=broken, running_url=lambda _: None)  # type: ignore[arg-type]
    runner = CliRunner(env={"HYPERDOCK_DEBUG": "1"} if debug else {})
    result = runner.invoke(cli, ["up", "--state", str(tmp_path)], obj=outside)
    assert isinstance(result.exception, ZeroDivisionError if debug else SystemExit)
    assert ("unexpected ZeroDivisionError: a bug" in result.stderr) is not debug


def test_ctrl_c_in_a_command_is_130(outside: FakeOutside, tmp_path: Path) -> None:
    """Without a word: who pressed it knows."""

    def interrupted(_state: Path) -> str | None:
        raise KeyboardInterrupt

    changed = Outside(running_url=interrupted, start=outside.outside.start)
    result = CliRunner().invoke(cli, ["trial", "list", "--state", str(tmp_path)], obj=changed)
    assert result.exit_code == 130
    assert result.stderr == ""
