"""What a trial would propose first, asked in a process of its own that ends at once.

An optimizer imports much, may compute for long or end its process; a gateway that shows what it
would propose is to be none the worse for it. Run as a program, this module is that process.
"""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from hyperdock_common.errors import HyperdockError
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, dump_trial, recorded_trial
from hyperdock_optimizers.failure import OptimizerFailed

TIMEOUT = 20.0
"""Seconds for all, waiting for others included."""
MOST = 100
_MEMORY = 2 * 2**30
"""Address space; what nevergrad imports takes less than a quarter of it."""
_AT_ONCE = threading.BoundedSemaphore(2)


class PreviewFailed(HyperdockError):
    """Raised when proposals cannot be shown now; that says nothing against the trial."""


def first_proposals(
    spec: TrialSpec, count: int, *, timeout: float = TIMEOUT, memory: int = _MEMORY
) -> list[JsonObject]:
    """The params of the trial's first jobs, while none of them has ended.

    The points that are to be run come first. Proposals that depend on how earlier jobs end are left
    out, so there may be fewer than `count`; the budget may allow fewer, too. Thread safe.

    Args:
        spec: the trial, with its seed: without one nobody knows what it will propose.
        count: how many, at most 100.
        timeout: seconds for all, waiting for other previews included.
        memory: the bytes that the process may have.

    Raises:
        OptimizerFailed: the optimizer fails on this trial, as it would if it were submitted.
        PreviewFailed: it takes too long or too much memory, or the machine is too busy.
    """
    deadline = time.monotonic() + timeout
    if not _AT_ONCE.acquire(timeout=timeout):
        raise PreviewFailed(f"other previews were under way for {timeout:.0f} seconds")
    try:
        answer = _answer(spec, count, deadline, memory)
    except subprocess.TimeoutExpired as error:
        raise PreviewFailed(f"the optimizer took longer than {timeout:.0f} seconds") from error
    except OSError as error:
        raise PreviewFailed(f"no process for the preview: {error}") from error
    finally:
        _AT_ONCE.release()
    if "failed" in answer:
        raise OptimizerFailed(spec.algorithm.name, answer["failed"])
    proposals: list[JsonObject] = answer["proposals"]
    return proposals


def _answer(spec: TrialSpec, count: int, deadline: float, memory: int) -> dict[str, Any]:
    seconds = max(0.0, deadline - time.monotonic())
    asked = {"spec": dump_trial(spec), "count": min(count, MOST)}
    limits = {"memory": memory, "seconds": seconds}
    with _process() as process:
        told, _ = process.communicate(json.dumps({**asked, **limits}).encode(), timeout=seconds)
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError as error:
        raise PreviewFailed(f"its process ended with code {process.returncode}") from error
    if answer.get("memory"):
        raise PreviewFailed(f"the optimizer needs more than {memory / 2**30:.2g} GiB of memory")
    return answer


@contextlib.contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    """The process, at the head of a group that is gone when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def propose(spec: TrialSpec, count: int) -> list[JsonObject]:
    """The proposals, made in this process; see `first_proposals`."""
    from hyperdock_optimizers.factory import make_optimizer  # noqa: PLC0415 - after the limits

    proposals = [dict(point.params) for point in spec.points if point.loss is None][:count]
    left = min(count, spec.budget.jobs or count) - len(proposals)
    optimizer = make_optimizer(spec)
    for point in spec.points:
        if point.loss is not None:
            optimizer.learn(dict(point.params), -point.loss if spec.maximizes else point.loss)
    for number in range(1, min(left, _certain(spec)) + 1):
        params = optimizer.ask(number)
        if params is None:
            break
        proposals.append(params)
    return proposals


def _certain(spec: TrialSpec) -> int:
    """How many proposals the optimizer makes that no result can change."""
    running = sum(point.loss is None for point in spec.points)
    at_once = max(0, spec.parallelism - running)
    if spec.algorithm.name in {"grid", "random", "sobol"} or not spec.parsed_space.dimensions:
        return MOST
    if spec.algorithm.name == "auto":
        from hyperdock_optimizers.auto import DESIGN  # noqa: PLC0415 - as above

        return max(at_once, DESIGN - len(spec.points))
    return at_once


def main() -> None:
    """Answer the one question that stands on the standard input."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # some optimizers print
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))
    asked = json.load(sys.stdin)
    _limit(asked["memory"], asked["seconds"])
    try:
        proposals = propose(recorded_trial(asked["spec"]), asked["count"])
        answer: dict[str, Any] = {"proposals": proposals}
    except OptimizerFailed as error:
        answer = {"failed": error.message, "memory": isinstance(error.__cause__, MemoryError)}
    except MemoryError:
        answer = {"memory": True}
    except HyperdockError as error:
        answer = {"failed": str(error)}
    json.dump(answer, answers)
    answers.flush()
    os._exit(0)  # threads of the optimizer may still wait


def _limit(memory: int, seconds: float) -> None:
    """No more than this, even should whoever asked be gone."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)


if __name__ == "__main__":
    main()
