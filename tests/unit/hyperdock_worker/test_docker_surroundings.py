"""Where the engine is, whether the worker is a container on it, which GPUs and data it has."""

from pathlib import Path

import pytest

from hyperdock_worker.docker_engine.address import Tls, engine_address
from hyperdock_worker.docker_engine.gpus import gpus_per_slot, parse_gpus
from hyperdock_worker.docker_engine.own_container import own_container_ids, place_on_host

ONE, TWO = "1" * 64, "2" * 64
MOUNTINFO = f"""\
1 2 0:3 / / rw,relatime - overlay overlay rw,upperdir=/var/lib/docker/overlay2/{TWO}/diff
3 1 8:1 /var/lib/docker/containers/{ONE}/hostname /etc/hostname rw - ext4 /dev/sda1 rw
4 1 8:1 /var/lib/docker/containers/{ONE}/hosts /etc/hosts rw - ext4 /dev/sda1 rw
"""


@pytest.mark.parametrize(
    ("cgroup", "mountinfo", "host", "ids"),
    [
        ("0::/\n", MOUNTINFO, "worker-1", [ONE]),
        (f"5:cpu:/docker/{TWO}\n0::/\n", MOUNTINFO, "abcdef012345", [TWO, ONE, "abcdef012345"]),
        (f"0::/system.slice/docker-{ONE}.scope\n", "", ONE[:12], [ONE, ONE[:12]]),
        ("0::/user.slice\n", "1 2 8:1 / / rw - ext4 /dev/sda1 rw\n", "laptop", []),
    ],
)
def test_signs_of_a_container(
    tmp_path: Path, cgroup: str, mountinfo: str, host: str, ids: list[str]
) -> None:
    """The kernel's files and the host name propose who we are; outside of a container nobody."""
    (tmp_path / "cgroup").write_text(cgroup)
    (tmp_path / "mountinfo").write_text(mountinfo)
    assert own_container_ids(tmp_path, host) == ids


def test_no_kernel_files(tmp_path: Path) -> None:
    """Where the kernel tells nothing, nothing is proposed."""
    assert own_container_ids(tmp_path, "laptop") == []


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("/state/a/hyperdock", (Path("/state"), "/var/lib/docker/volumes/v/_data")),
        ("/state/deep/b", (Path("/state/deep"), "/srv/deep")),
        ("/stateless/c", None),
    ],
)
def test_innermost_mount_counts(folder: str, found: tuple[Path, str] | None) -> None:
    """A folder lies in the innermost of the mounts around it, if in any."""
    mounts = {"/state": "/var/lib/docker/volumes/v/_data", "/state/deep": "/srv/deep"}
    assert place_on_host(mounts, Path(folder)) == found


@pytest.mark.parametrize(
    ("written", "devices"),
    [
        ("", ()),
        ("0", ()),
        ("4", ("0", "1", "2", "3")),
        ("0,2,GPU-uuid", ("0", "2", "GPU-uuid")),
        (" 1 , 3 ", ("1", "3")),
        ("3,", ("3",)),
        ("GPU-uuid", ("GPU-uuid",)),
    ],
)
def test_gpus_are_counted_or_named(written: str, devices: tuple[str, ...]) -> None:
    """A number is a count, everything else are names."""
    assert parse_gpus(written) == devices


@pytest.mark.parametrize("written", ["-1", "0,0", "0,,1", ",", "1,-2"])
def test_unclear_gpus_are_refused(written: str) -> None:
    """The message says what is expected."""
    with pytest.raises(ValueError, match="GPUs are"):
        parse_gpus(written)


def test_gpus_are_shared_out_evenly() -> None:
    """Each slot has the same number of devices, and no device is in two slots."""
    assert gpus_per_slot(("0", "1", "2", "3"), 2) == {0: ("0", "1"), 1: ("2", "3")}
    assert gpus_per_slot(("a", "b"), 2) == {0: ("a",), 1: ("b",)}
    assert gpus_per_slot((), 3) == {}


@pytest.mark.parametrize(("count", "slots"), [(4, 3), (2, 4), (1, 2)])
def test_uneven_shares_are_refused(count: int, slots: int) -> None:
    """The message says how many slots would do."""
    gpus = tuple(str(number) for number in range(count))
    with pytest.raises(ValueError, match=rf"take 1.* slots, or name a multiple of {slots} GPUs"):
        gpus_per_slot(gpus, slots)


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, (None, None)),
        ({"DOCKER_HOST": "", "DOCKER_TLS_VERIFY": "", "DOCKER_CERT_PATH": ""}, (None, None)),
        ({"DOCKER_HOST": "tcp://h:2375"}, ("tcp://h:2375", None)),
        (
            {"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "HOME": "/home/u"},
            ("tcp://h:2376", Tls(certificates=Path("/home/u/.docker"), verify=True)),
        ),
        (
            {"DOCKER_HOST": "tcp://h:2376", "DOCKER_CERT_PATH": "/certs"},
            ("tcp://h:2376", Tls(certificates=Path("/certs"), verify=False)),
        ),
    ],
)
def test_engines_address_in_the_environment(
    environ: dict[str, str], address: tuple[str | None, Tls | None]
) -> None:
    """The three variables mean what they mean to Docker's own SDK."""
    assert engine_address(environ) == address
