"""Checks that the optimizers, replayed, propose what they proposed (rule 6).

It asks and tells again all that the log says, trial by trial: as slow as the optimizers are.
"""

from collections.abc import Sequence
from typing import assert_never

from hyperdock_cli.proposal_replay import replay_trial
from hyperdock_cli.rendering.replays import versions_text
from hyperdock_cli.trial_replay import TrialReplay
from hyperdock_common.checking import Counts, Finding, Progress, Report
from hyperdock_common.ports import EventLog
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_supervisor.proposers import OptimizerFactory


def check_proposals(
    log: EventLog,
    trial_ids: Sequence[str],
    progress: Progress,
    factory: OptimizerFactory = make_optimizer,
) -> Report:
    """Replays the proposals of these trials.

    Raises:
        StorageUnavailable: the log cannot be read.
    """
    report = Report()
    for done, trial_id in enumerate(trial_ids, 1):
        report = report.merge(_report(replay_trial(log, trial_id, factory)))
        progress("trials", done, len(trial_ids))
    return report


def _report(replay: TrialReplay) -> Report:
    trial_id = replay.trial_id
    match replay.verdict:
        case "reproduced":
            return Report(counts=Counts(replayed=1))
        case "no_trial":
            return Report()  # rule 4 tells what is wrong with such a log
        case "diverged":
            parting = replay.divergence
            where = f"job {parting.job_id}" if parting else f"trial {trial_id}"
            return _found(where, "the optimizer does not propose its params again")
        case "fails":
            what = f"the optimizer fails now, and did not: {replay.failure}"
            return _found(f"trial {trial_id}", what)
        case "unreadable":
            return Report(notes=[f"trial {trial_id} is not replayed: {replay.failure}"])
        case "other_versions":
            then, here = replay.other_versions[0], versions_text(replay.installed)
            made = f"it was made with {versions_text(then)}; here is {here}"
            return Report(notes=[f"trial {trial_id} is not replayed: {made}"])
        case _:
            assert_never(replay.verdict)


def _found(where: str, what: str) -> Report:
    finding = Finding(invariant=6, where=where, what=what)
    return Report(findings=[finding], counts=Counts(replayed=1))
