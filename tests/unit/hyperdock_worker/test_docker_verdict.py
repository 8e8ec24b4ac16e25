"""Whether a container's end counts, by how it became known."""

import pytest

from hyperdock_worker.docker_engine.verdict import AWAY, OUTSIDE, VANISHED, End, Witness, judge


def why_lost(
    code: int,
    witness: Witness = Witness.SEEN,
    *,
    asked: bool = False,
    signalled: bool = False,
    has_loss: bool = False,
    out_of_memory: bool = False,
) -> str | None:
    """Why an end like this makes an attempt lost."""
    end = End(code=code, out_of_memory=out_of_memory, seconds=1.0)
    ended = judge(end, witness, asked=asked, signalled=signalled, has_loss=has_loss)
    assert ended.code == code
    assert ended.seconds == 1.0
    return ended.lost


@pytest.mark.parametrize("code", [0, 1, 137, 143, 255])
def test_an_end_that_was_seen_counts(code: int) -> None:
    """As long as the engine is there, a target's end is its own."""
    assert why_lost(code) is None


@pytest.mark.parametrize("code", [0, 3, 137, 143])
def test_an_end_by_a_signal_that_we_did_not_send_is_a_loss(code: int) -> None:
    """An engine that stops sends its containers TERM, and they may make any code of it."""
    assert why_lost(code, signalled=True) == OUTSIDE


@pytest.mark.parametrize("witness", list(Witness))
def test_what_we_asked_for_is_no_loss(witness: Witness) -> None:
    """Our own TERM or KILL ends a target, whoever else did something."""
    assert why_lost(137, witness, asked=True, signalled=True) is None


@pytest.mark.parametrize(("code", "lost"), [(0, None), (3, None), (137, AWAY), (143, AWAY)])
def test_a_replayed_end_counts_unless_it_looks_like_the_engine(code: int, lost: str | None) -> None:
    """KILL and TERM over an absence of the engine are the engine's."""
    assert why_lost(code, Witness.REPLAYED) == lost


@pytest.mark.parametrize("code", [0, 1, 137])
def test_an_end_that_nobody_told_is_a_loss(code: int) -> None:
    """An engine that was started again tells nothing of what was before."""
    assert why_lost(code, Witness.FOUND) == AWAY


@pytest.mark.parametrize("witness", list(Witness))
def test_success_counts_always(witness: Witness) -> None:
    """Exit code 0 and a loss come from nobody but the target."""
    assert why_lost(0, witness, has_loss=True, signalled=True) is None


@pytest.mark.parametrize("witness", list(Witness))
def test_want_of_memory_counts_always(witness: Witness) -> None:
    """The memory limit is the target's to keep."""
    assert why_lost(137, witness, out_of_memory=True) is None


def test_a_vanished_container_is_a_loss() -> None:
    """Nobody knows how it ended."""
    ended = judge(None, Witness.FOUND, asked=False, signalled=False, has_loss=True)
    assert (ended.code, ended.lost) == (None, VANISHED)
