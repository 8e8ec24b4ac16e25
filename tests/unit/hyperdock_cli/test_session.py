"""Which token goes to which gateway."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from hyperdock_cli.app import cli
from hyperdock_cli.faults import Fault
from hyperdock_cli.launch import Outside

HERE = "http://127.0.0.1:8421"


def sent(words: list[str], env: dict[str, str]) -> tuple[str, str | None]:
    """The gateway that a command calls, and the token that it sends there."""
    calls: list[tuple[str, str | None]] = []

    def connect(url: str, token: str | None) -> None:
        calls.append((url, token))
        raise Fault("enough")

    def own(state: Path) -> str:
        return f"own of {state}"

    outside = Outside(running_url=lambda _: HERE, own_token=own, connect=connect)  # type: ignore[arg-type]
    CliRunner(env=env).invoke(cli, words, obj=outside)
    return calls[-1]


LIST = ["worker", "list"]


@pytest.mark.parametrize(
    ("words", "env", "expected"),
    [
        (["--state", "/s", *LIST], {}, (HERE, "own of /s")),
        (["--state", "/s", *LIST], {"HYPERDOCK_TOKEN": "far"}, (HERE, "own of /s")),
        (["--state", "/s", "--token", "typed", *LIST], {}, (HERE, "typed")),
        ([*LIST, "--state", "/s", "--token", "typed"], {}, (HERE, "typed")),
        (["--url", "http://far", *LIST], {"HYPERDOCK_TOKEN": "far"}, ("http://far", "far")),
        ([*LIST, "--url", "http://far"], {"HYPERDOCK_TOKEN": "far"}, ("http://far", "far")),
        (
            [*LIST, "--url", "http://far", "--token", "typed"],
            {"HYPERDOCK_TOKEN": "far"},
            ("http://far", "typed"),
        ),
        (LIST, {"HYPERDOCK_URL": "http://far", "HYPERDOCK_TOKEN": "far"}, ("http://far", "far")),
        (["--state", "/s", "--url", "http://far", *LIST], {}, ("http://far", None)),
        (["--state", "/s", "--url", HERE, *LIST], {}, (HERE, "own of /s")),
    ],
)
def test_a_token_goes_to_its_own_gateway(
    words: list[str], env: dict[str, str], expected: tuple[str, str | None]
) -> None:
    """The state folder's to none but the one that runs on it; the environment's to a named one."""
    empty = {"HYPERDOCK_URL": "", "HYPERDOCK_TOKEN": "", "HYPERDOCK_STATE": ""}
    assert sent(words, empty | env) == expected
