"""How the settings of a service are read, and how what is wrong with them is told."""

from collections.abc import Iterable, Mapping
from typing import Any

import click
from click.testing import CliRunner, Result

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.service.command import ServiceCommand, setting


def _check(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if params["colour"] == "red" and params["count"] is None:
        yield "colour", "red needs a count"


@click.command(cls=ServiceCommand, checks=[_check])
@setting("--count", type=click.IntRange(1, 9), help="How many.")
@setting("--colour", type=click.Choice(("red", "blue")), default="blue", help="Which.")
@setting("--file", type=click.Path(exists=True), envvar=["HYPERDOCK_FILE", "OTHER_FILE"])
def command(count: int | None, colour: str, file: str | None) -> None:
    """Says what it was told."""
    if count == 9:
        raise StorageUnavailable("the disk is full")
    click.echo(f"{count} {colour} {file}")


def run(*words: str, **environ: str) -> Result:
    """The command with these words and variables."""
    return CliRunner().invoke(command, words, env=environ, prog_name="it")


def test_options_come_from_the_environment_too() -> None:
    """A variable does what its option does, and the option wins."""
    assert run(HYPERDOCK_COUNT="3").output == "3 blue None\n"
    assert run("--count", "4", HYPERDOCK_COUNT="3").output == "4 blue None\n"


def test_an_empty_variable_is_none() -> None:
    """Compose files set variables to nothing where nothing is meant."""
    assert run(HYPERDOCK_COUNT="").output == "None blue None\n"


def test_all_problems_are_told_at_once() -> None:
    """Each names the option, its variables and what would do; the exit code is 2."""
    result = run("--colour", "green", HYPERDOCK_COUNT="ten", OTHER_FILE="/no/such")
    assert result.exit_code == 2
    assert "3 settings cannot be used" in result.stderr
    assert "--count (HYPERDOCK_COUNT): 'ten' is not a valid integer" in result.stderr
    assert "--colour (HYPERDOCK_COLOUR): 'green' is not one of 'red', 'blue'" in result.stderr
    assert "--file (HYPERDOCK_FILE, OTHER_FILE): Path '/no/such' does not exist" in result.stderr


def test_problems_between_settings_are_told_with_the_others() -> None:
    """What is wrong with two settings together is one more line."""
    result = run("--colour", "red", "--file", "/no/such")
    assert result.exit_code == 2
    assert "--colour (HYPERDOCK_COLOUR): red needs a count" in result.stderr
    assert "--file" in result.stderr


def test_help_shows_variables_and_defaults_whatever_is_set() -> None:
    """Help is shown even where the environment is wrong."""
    result = run("--help", HYPERDOCK_COUNT="ten")
    assert result.exit_code == 0
    assert "HYPERDOCK_COUNT" in result.output
    assert "default: blue" in result.output


def test_an_error_on_purpose_is_one_line() -> None:
    """Nobody is shown a traceback for a full disk."""
    result = run("--count", "9")
    assert (result.exit_code, result.stderr) == (1, "Error: the disk is full\n")
