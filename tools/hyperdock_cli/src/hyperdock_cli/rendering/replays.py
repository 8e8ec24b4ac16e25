"""What the replays of optimizers came to, for people."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import assert_never

from hyperdock_cli.rendering.tables import Part, Table
from hyperdock_cli.trial_replay import Divergence, TrialReplay
from hyperdock_common.json_types import Json


def replay_parts(replay: TrialReplay) -> Sequence[Part]:
    """All that is to be said about one trial."""
    return [
        headline(replay),
        *_generations(replay),
        *(_parting(replay.divergence) if replay.divergence else ()),
        *_versions(replay),
    ]


def headline(replay: TrialReplay) -> str:
    """In a sentence."""
    named = f"{replay.trial_id} ({replay.algorithm})"
    counted = f"{replay.reproduced:,} of {replay.recorded:,} proposals reproduced"
    match replay.verdict:
        case "reproduced":
            return f"{named}: {counted}{_failed_then(replay)}"
        case "diverged":
            where = replay.divergence.job_id if replay.divergence else "?"
            return f"{named}: {counted}; diverges at job {where}"
        case "fails":
            return f"{named}: {counted}; there it fails now, and did not then: {replay.failure}"
        case "other_versions":
            return (
                f"{named}: not replayed, its {replay.recorded:,} proposals were made with other "
                "versions; try it with --anyway"
            )
        case "unreadable":
            return f"{replay.trial_id}: cannot be replayed: {replay.failure}"
        case "no_trial":
            return f"{replay.trial_id}: the log holds no such trial"
        case _:
            assert_never(replay.verdict)


def _failed_then(replay: TrialReplay) -> str:
    """What became of the failure that ended the trial, if one did."""
    if not replay.failed:
        return ""
    if replay.failure:
        return f"; it fails again as it did: {replay.failure}"
    return "; the failure that ended the trial does not come again"


def versions_text(versions: Mapping[str, str]) -> str:
    """Libraries and versions, in a line."""
    return ", ".join(f"{name} {each}" for name, each in sorted(versions.items()))


def _generations(replay: TrialReplay) -> Sequence[Part]:
    """A table where results were retracted: the optimizer begins anew with each."""
    if len(replay.generations) < 2 or replay.verdict == "other_versions":  # noqa: PLR2004 - one is told in the headline
        return []
    rows = [
        (str(each.number), str(each.recorded), str(each.reproduced)) for each in replay.generations
    ]
    headings = ("generation", "recorded", "reproduced")
    title = "it begins anew with each retraction"
    return [Table(headings=headings, rows=rows, title=title, numbers=frozenset(headings))]


def _parting(divergence: Divergence) -> Sequence[Part]:
    if divergence.replayed is None:
        return [f"job {divergence.job_id}: it proposes nothing more now"]
    rows = [
        (each.name, _value(each.recorded), _value(each.replayed)) for each in divergence.differences
    ]
    title = f"job {divergence.job_id}"
    return [Table(headings=("parameter", "recorded", "replayed"), rows=rows, title=title)]


def _versions(replay: TrialReplay) -> Sequence[Part]:
    """Library by library, where it matters: something differs."""
    if not replay.other_versions and replay.divergence is None:
        return []
    then = replay.divergence.versions if replay.divergence else replay.other_versions[-1]
    names = sorted({*chain(*replay.versions), *replay.installed})
    rows = [(name, then.get(name, "unknown"), replay.installed.get(name, "none")) for name in names]
    return [Table(headings=("library", "recorded", "installed"), rows=rows, title="versions")]


def _value(value: Json) -> str:
    return "-" if value is None else json.dumps(value)
