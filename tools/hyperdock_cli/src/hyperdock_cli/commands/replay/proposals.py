"""`hyperdock replay optimizer`."""

from dataclasses import replace
from typing import Final

import click

from hyperdock_cli.checked_system import Place, opened
from hyperdock_cli.faults import FAILED, REFUSED, Fault
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.place_options import place_options
from hyperdock_common.errors import DecodeError, StorageUnavailable

EPILOG: Final = """\
TRIAL is an id, the beginning of one, or a name.

\b
Exit codes:
  0  every proposal was reproduced
  1  some optimizer proposes something else, or fails where it did not
  2  it cannot be said: other versions, no such trial, no log
"""
_CODES: Final = {"reproduced": 0, "diverged": FAILED, "fails": FAILED}


@click.command(epilog=EPILOG)
@place_options
@click.argument("trial_text", metavar="[TRIAL]", required=False)
@click.option("--all", "every", is_flag=True, help="Replay every trial of the log.")
@click.option("--anyway", is_flag=True, help="Try it even if other versions made the proposals.")
@as_json
def optimizer(
    place: Place, /, *, trial_text: str | None, every: bool, anyway: bool, as_json: bool
) -> None:
    """Ask and tell the optimizer of TRIAL again all that the log says.

    Proves that it proposes what it proposed; or says at which job it does not, what it proposes
    there, and with which versions of its libraries. Changes nothing, and the system may run.

    \b
    Examples:
      hyperdock replay optimizer awk-branin-k3x7qa
      hyperdock replay optimizer --all --anyway
      hyperdock replay optimizer awk-branin --mongodb mongodb://db/hyperdock --json
    """  # noqa: D301
    from hyperdock_cli.logged_trials import find_logged_trial, logged_trials  # noqa: PLC0415
    from hyperdock_cli.proposal_replay import replay_trial  # noqa: PLC0415 - slow, help is not
    from hyperdock_cli.rendering.replays import headline, replay_parts  # noqa: PLC0415

    if every == (trial_text is not None):
        raise click.UsageError("name a TRIAL, or give --all")
    replays = []
    try:
        with opened(replace(place, docker=False), changes=False) as found:
            text = trial_text or ""
            ids = (
                [trial_id for trial_id, _ in logged_trials(found.log)]
                if every
                else [find_logged_trial(found.log, text)]
            )
            for done, trial_id in enumerate(ids, 1):
                replays.append(replay_trial(found.log, trial_id, anyway=anyway))
                if every:
                    click.echo(f"{done} of {len(ids)}: {headline(replays[-1])}", err=True)
    except (StorageUnavailable, DecodeError) as error:
        raise Fault(f"the log cannot be read: {error}", code=REFUSED) from error
    if as_json:
        told = [each.as_json() for each in replays]
        show_json(told if every else told[0])
    else:
        shown = [each for each in replays if not every or each.verdict != "reproduced"]
        parts = [part for each in shown for part in replay_parts(each)]
        if every:
            good = sum(each.verdict == "reproduced" for each in replays)
            parts.append(f"{good:,} of {len(replays):,} trials reproduced")
        show(parts)
    codes = {_CODES.get(each.verdict, REFUSED) for each in replays}
    click.get_current_context().exit(next((code for code in (1, 2) if code in codes), 0))


COMMANDS: Final[tuple[click.Command, ...]] = (optimizer,)
