"""Checks the containers of targets against the leases in the log (rules 2 and 8)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hyperdock_common.checking.accounts import Accounts
from hyperdock_common.checking.findings import Counts, Findings, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetContainer:
    """A container of a target, as the labels that its worker gave it tell.

    Attributes:
        id: the engine's.
        runs: whether its processes are there; otherwise it was made, or has ended.
    """

    id: str
    name: str
    worker_id: str
    trial_id: str
    job_id: str
    attempt: int
    runs: bool


ListContainers: TypeAlias = Callable[[], Sequence[TargetContainer]]
"""Lists the targets' containers of all engines in question, whoever made them."""


def uncovered(
    accounts: Accounts, containers: Collection[TargetContainer]
) -> Sequence[TargetContainer]:
    """The containers that no lease covers. Read the log up to its head after they were listed."""
    return [each for each in containers if not _is_covered(accounts, each)]


def doubled(containers: Collection[TargetContainer]) -> Sequence[Sequence[TargetContainer]]:
    """The containers of each attempt that has more than one."""
    of_attempts: dict[tuple[str, int], list[TargetContainer]] = defaultdict(list)
    for each in containers:
        of_attempts[each.job_id, each.attempt].append(each)
    return [several for _, several in sorted(of_attempts.items()) if len(several) > 1]


def check_containers(
    accounts: Accounts,
    containers: Collection[TargetContainer],
    suspects: Collection[str] | None = None,
) -> Report:
    """Finds every attempt with two containers, and every container that no lease covers.

    Args:
        accounts: what the log says; read it up to its head after the containers were listed.
        containers: all of them.
        suspects: only these, by id, may be found without a lease; None for all.
    """
    findings = Findings()
    for several in doubled(containers):
        what = f"has {len(several)} containers: {', '.join(_names(several))}"
        findings.add(2, f"job {several[0].job_id} attempt {several[0].attempt}", what)
    left = [
        each for each in uncovered(accounts, containers) if suspects is None or each.id in suspects
    ]
    for each in left:
        findings.add(8, f"container {each.name}", _why(accounts, each))
    counts = Counts(
        containers=len(containers), containers_left=len(left), unlisted=findings.unlisted
    )
    return Report(findings=tuple(findings.kept), counts=counts)


def _is_covered(accounts: Accounts, container: TargetContainer) -> bool:
    lease = accounts.lease(container.trial_id, container.job_id)
    return lease == (container.attempt, container.worker_id)


def _why(accounts: Accounts, container: TargetContainer) -> str:
    found = "runs" if container.runs else "is left"
    attempt = f"attempt {container.attempt} of job {container.job_id}"
    trial = accounts.trials.get(container.trial_id)
    job = trial.jobs.get(container.job_id) if trial else None
    if trial is None:
        return f"{found}, but the trial of {attempt} has ended, or never was"
    if job is None:
        return f"{found}, but the job of {attempt} has ended, or never was"
    if job.lease is None:
        return f"{found}, but nobody holds the lease of {attempt}"
    return f"{found} for {attempt}, but {job.lease[1]} holds the lease of attempt {job.lease[0]}"


def _names(containers: Sequence[TargetContainer]) -> list[str]:
    return sorted(f"{each.name} ({each.id[:12]})" for each in containers)
