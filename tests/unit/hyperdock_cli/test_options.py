"""The options of the engine, as words to be typed again."""

from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from hyperdock_cli.options import given_again

PLAIN: dict[str, Any] = {
    "slots": None,
    "gpus": "",
    "pool": "default",
    "docker": None,
    "docker_host": None,
    "holders": True,
    "files": "auto",
    "network": "bridge",
    "allow_privileged": False,
    "data_root": (),
    "secrets": None,
    "policy": None,
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"slots": 3, "docker": False}, ["--slots", "3", "--no-docker"]),
        ({"gpus": "0,2", "files": "copy"}, ["--gpus", "0,2", "--files", "copy"]),
        ({"docker": True, "holders": False}, ["--docker", "--no-holders"]),
        (
            {"pool": "gpu", "network": "none", "allow_privileged": True},
            ["--pool", "gpu", "--network", "none", "--allow-privileged"],
        ),
        (
            {"data_root": (("a", PurePosixPath("/x")), (None, PurePosixPath("/y")))},
            ["--data-root", "a=/x", "--data-root", "/y"],
        ),
        (
            {"secrets": Path("s"), "policy": Path("p.yaml")},
            ["--secrets", "s", "--policy", "p.yaml"],
        ),
    ],
)
def test_only_what_was_changed_is_said_again(changes: dict[str, Any], words: list[str]) -> None:
    """A command to be copied is as short as it can be."""
    assert given_again(PLAIN | changes) == words
