"""What a check found, for people."""

from collections.abc import Sequence

from hyperdock_cli.rendering.tables import Part, Table
from hyperdock_common.checking import INVARIANTS, Counts, Report


def check_result(report: Report) -> Sequence[Part]:
    """The findings, the notes, what was counted, and the verdict."""
    parts: list[Part] = []
    if report.findings:
        rows = [
            (str(each.invariant), INVARIANTS[each.invariant], each.where, each.what)
            for each in report.findings
        ]
        parts.append(Table(headings=("rule", "says", "where", "found"), rows=rows))
    if report.notes:
        parts.append("\n".join(f"note: {each}" for each in report.notes))
    parts.append(_counted(report.counts))
    parts.append(_verdict(report))
    return parts


def _counted(counts: Counts) -> str:
    ends = f"{counts.ended_once:,} ended once, {counts.doubled:,} doubled, {counts.lost:,} lost"
    attempts = f"{counts.late_results:,} late results, {counts.adopted:,} adopted"
    lines = [
        f"{counts.events:,} events, {counts.trials:,} trials ({counts.open_trials:,} open)",
        f"{counts.jobs:,} jobs: {ends}, {counts.open_jobs:,} open",
        f"{counts.claims:,} attempts claimed, {counts.attempts_lost:,} lost, {attempts}",
        f"{counts.gaps:,} gaps, {counts.takeovers:,} takeovers",
    ]
    if counts.documents:
        lines.append(f"{counts.documents:,} documents, {counts.view_differences:,} differ")
    if counts.containers:
        lines.append(f"{counts.containers:,} containers, {counts.containers_left:,} left")
    if counts.replayed:
        lines.append(f"{counts.replayed:,} trials replayed")
    return "\n".join(lines)


def _verdict(report: Report) -> str:
    found = len(report.findings) + report.counts.unlisted
    match found:
        case 0:
            return "clean"
        case 1:
            return "1 finding"
        case _:
            unlisted = report.counts.unlisted
            return f"{found:,} findings" + (f", {unlisted:,} not listed" if unlisted else "")
