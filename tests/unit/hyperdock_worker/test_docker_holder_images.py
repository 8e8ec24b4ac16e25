"""Which local image may hold a namespace, if any."""

import pytest

from hyperdock_worker.docker_engine.holders import _known_image


@pytest.mark.parametrize(
    ("local", "chosen"),
    [
        ([], None),
        (["python:3.12", "me/pauser:1"], None),
        (["busybox:latest"], "busybox:latest"),
        (["busybox:latest", "reg.example/pause:3.9"], "reg.example/pause:3.9"),
        (["pause:3.9", "hyperdock/holder:latest"], "hyperdock/holder:latest"),
        (["hyperdock/base-busybox:latest", "busybox:1.0"], "hyperdock/base-busybox:latest"),
    ],
)
def test_the_best_local_image_is_chosen(local: list[str], chosen: str | None) -> None:
    """Our own, else what Kubernetes leaves on its hosts, else a busybox."""
    assert _known_image(local) == chosen
