"""`hyperdock trial stop|pause|resume|archive|unarchive`: words to one trial or to several."""

from collections.abc import Callable
from typing import Any, Final

import click

from hyperdock_cli.api_client import Doc
from hyperdock_cli.arguments import TRIAL_HELP, on_each, trials_argument
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.rendering.trials import state
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls
from hyperdock_client.requests import Call


def _command(
    verb: str, summary: str, call: Callable[[str], Call[Any]], line: Callable[[Doc], str]
) -> click.Command:
    examples = f"  hyperdock trial {verb} awk-branin\n  hyperdock trial {verb} first second --json"

    @click.command(
        verb,
        help=f"{summary}\n\n\b\nExamples:\n{examples}",
        short_help=summary,
        epilog=TRIAL_HELP,
    )
    @trials_argument
    @system_options
    @as_json
    def command(session: Session, /, texts: tuple[str, ...], *, as_json: bool) -> None:
        on_each(
            session,
            texts,
            find_trial,
            lambda client, found: client.document(call(found["trial_id"])),
            line,
            as_json=as_json,
        )

    return command


def _steering(verb: str, summary: str) -> click.Command:
    def line(trial: Doc) -> str:
        return f"{trial['trial_id']} is {state(trial)}"

    return _command(verb, summary, lambda trial_id: calls.steer(trial_id, verb), line)


def _archiving(verb: str, summary: str, *, archived: bool) -> click.Command:
    def line(trial: Doc) -> str:
        return f"{trial['trial_id']} is {'' if archived else 'no longer '}archived"

    return _command(verb, summary, lambda trial_id: calls.change(trial_id, archived=archived), line)


COMMANDS: Final = (
    _steering("stop", "Stop trials: what waits is cancelled, what runs is ended."),
    _steering("pause", "Pause trials: running jobs go on, no further ones begin."),
    _steering("resume", "Resume paused trials."),
    _archiving("archive", "Take ended trials out of the lists.", archived=True),
    _archiving("unarchive", "Put archived trials back into the lists.", archived=False),
)
