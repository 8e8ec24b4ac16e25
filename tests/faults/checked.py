"""The checker over a system of the fault tests: its log, its views, the engine's containers."""

import subprocess
from collections.abc import Sequence

from tests.faults.system import DOCKER, System, wait_for
from tests.faults.witness import Witness

from hyperdock_common.checking import Report, TargetContainer, check_system
from hyperdock_common.checking import System as Checked

_FORMAT = "\t".join(
    ["{{.ID}}", "{{.Names}}", "{{.State}}"]
    + [f'{{{{.Label "hyperdock.{name}"}}}}' for name in ("worker", "trial", "job", "attempt")]
)


def check(system: System, *, settled: bool = True) -> Report:
    """What the checker finds; nothing, if DESIGN §6 holds."""
    checked = Checked(
        log=system.log, views=system.views, containers=target_containers, settled=settled
    )
    return check_system(checked)


def assert_sound(system: System, witness: Witness | None = None, *trial_ids: str) -> Report:
    """Asserts that DESIGN §6 holds, everything being over, and that nothing ran twice."""
    wait_for(lambda: not left_behind(system), 60, "the clean-up of containers")
    report = check(system)
    assert report.is_clean, "\n".join(str(each) for each in report.findings)
    if witness is not None:
        witness.close()
        for trial_id in trial_ids:
            starts = witness.of(trial_id)
            assert starts, "the engine saw no container"
            assert set(starts.values()) == {1}, f"an attempt ran twice: {starts}"
    return report


def left_behind(system: System) -> list[str]:
    """The containers that this system's workers made and that are still there."""
    ours = set(system.worker_ids())
    return [each.name for each in target_containers() if each.worker_id in ours]


def target_containers() -> Sequence[TargetContainer]:
    """The containers of all targets, by the engine's own command."""
    listed = subprocess.run(
        [DOCKER, "ps", "-a", "--no-trunc", "--filter", "label=hyperdock.job", "--format", _FORMAT],
        capture_output=True,
        text=True,
        check=True,
    )
    return [_container(line.split("\t")) for line in listed.stdout.splitlines()]


def _container(words: Sequence[str]) -> TargetContainer:
    container, name, state, worker, trial, job, attempt = words
    return TargetContainer(
        id=container,
        name=name,
        worker_id=worker,
        trial_id=trial,
        job_id=job,
        attempt=int(attempt),
        runs=state in {"running", "paused", "restarting"},
    )
