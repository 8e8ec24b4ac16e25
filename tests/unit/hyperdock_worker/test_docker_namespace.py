"""Is a namespace clean? Told from the kernel's counts, here as files."""

from pathlib import Path

import pytest

from hyperdock_worker.docker_engine.namespace import is_clean, sockets

IDLE = """sockets: used 1
TCP: inuse 0 orphan 0 tw 0 alloc 10 mem 212
UDP: inuse 0 mem 0
UDPLITE: inuse 0
RAW: inuse 0
FRAG: inuse 0 memory 0
"""
IDLE6 = "TCP6: inuse 0\nUDP6: inuse 0\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n"
HEADING = "sl local_address rem_address\n"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A /proc with one clean container process, 7."""
    net = tmp_path / "7" / "net"
    net.mkdir(parents=True)
    (tmp_path / "7" / "cgroup").write_text("0::/system.slice/docker-c1.scope\n")
    (net / "sockstat").write_text(IDLE)
    (net / "sockstat6").write_text(IDLE6)
    for kind in ("raw", "raw6", "icmp", "icmp6", "unix", "packet"):
        (net / kind).write_text(HEADING)
    return tmp_path


def test_idle_namespace_is_clean(proc: Path) -> None:
    """Nothing in any count or list."""
    assert sockets(7, proc) == 1
    assert is_clean(7, "c1", 1, proc)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("sockstat", "TCP: inuse 0", "TCP: inuse 1"),
        ("sockstat", "tw 0", "tw 3"),
        ("sockstat", "UDP: inuse 0", "UDP: inuse 1"),
        ("sockstat", "used 1", "used 2"),
        ("sockstat6", "TCP6: inuse 0", "TCP6: inuse 1"),
        ("unix", HEADING, HEADING + "0000: 1 @abstract\n"),
        ("packet", HEADING, HEADING + "0000: 1\n"),
        ("icmp", HEADING, HEADING + "0: 1\n"),
    ],
)
def test_anything_left_is_seen(proc: Path, name: str, before: str, after: str) -> None:
    """One socket of any kind, also one that only lingers, makes it unclean."""
    file = proc / "7" / "net" / name
    file.write_text(file.read_text().replace(before, after))
    assert not is_clean(7, "c1", 1, proc)


def test_what_nobody_can_tell_is_not_clean(proc: Path) -> None:
    """Another process, a hidden one, or an unknown idle state: no job joins it."""
    assert not is_clean(7, "c2", 1, proc)
    assert not is_clean(8, "c1", 1, proc)
    assert not is_clean(7, "c1", None, proc)


def test_kinds_that_the_kernel_lacks_do_not_matter(proc: Path) -> None:
    """A kernel without IPv6 has no lists for it."""
    for name in ("sockstat6", "raw6", "icmp6"):
        (proc / "7" / "net" / name).unlink()
    assert is_clean(7, "c1", 1, proc)
