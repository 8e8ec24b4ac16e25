"""`hyperdock trial note|tag`: what people write beside a trial."""

import sys
from collections.abc import Sequence
from typing import Final

import click

from hyperdock_cli.arguments import TRIAL_HELP, trial_argument
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.lookup import find_trial
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json, show_text
from hyperdock_cli.rendering import formats
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls


@click.command(epilog=TRIAL_HELP)
@trial_argument
@click.argument("text", required=False)
@system_options
@click.option("--edit", is_flag=True, help="Open the notes in an editor.")
@as_json
def note(
    session: Session, /, trial_text: str, text: str | None, *, edit: bool, as_json: bool
) -> None:
    """Write the notes of a trial (Markdown), or print them.

    TEXT replaces them; - reads them from standard input, and "" removes them.

    \b
    Examples:
      hyperdock trial note awk-branin
      hyperdock trial note awk-branin "the learning rate was too high"
      hyperdock trial note awk-branin - <notes.md
      hyperdock trial note awk-branin --edit
    """  # noqa: D301
    if edit and text is not None:
        raise click.UsageError("TEXT and --edit are two ways: choose one")
    with session.client() as client:
        found = find_trial(client, trial_text)
        if edit:
            text = _edited(str(found["notes"]))
        elif text == "-":
            text = sys.stdin.read()
        if text is not None:
            found = client.document(calls.change(found["trial_id"], notes=text))
    if as_json:
        show_json({"trial_id": found["trial_id"], "notes": found["notes"]})
    elif text is not None:
        show([f"the notes of {found['trial_id']} are written"])
    elif edit:
        show(["nothing was changed"])
    else:
        show_text(found["notes"] or f"{found['trial_id']} has no notes")


@click.command(
    epilog=TRIAL_HELP,
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@trial_argument
@click.argument("changes", nargs=-1, metavar="[+TAG|-TAG]…")
@system_options
@as_json
def tag(session: Session, /, trial_text: str, changes: tuple[str, ...], *, as_json: bool) -> None:
    """Add tags to a trial (+TAG) and remove some (-TAG), or print them.

    \b
    Examples:
      hyperdock trial tag awk-branin
      hyperdock trial tag awk-branin +nightly -draft
    """  # noqa: D301
    with session.client() as client:
        found = find_trial(client, trial_text)
        if changes:
            tags = _tagged(found["tags"], changes)
            found = client.document(calls.change(found["trial_id"], tags=tags))
    if as_json:
        show_json({"trial_id": found["trial_id"], "tags": found["tags"]})
    else:
        named = formats.printable(", ".join(found["tags"]))
        show([f"{found['trial_id']} has {f'the tags {named}' if named else 'no tags'}"])


def _edited(text: str) -> str | None:
    """The text after an editor had it; None where it was not saved."""
    edited = click.edit(text, extension=".md")
    return edited if isinstance(edited, str) else None


def _tagged(tags: Sequence[str], changes: Sequence[str]) -> list[str]:
    left = list(tags)
    for change in changes:
        sign, name = change[:1], change[1:]
        if sign not in ("+", "-") or not name:
            problem = f"{change!r} neither adds nor removes a tag"
            raise Fault(problem, f"write +{change.strip('+-') or 'TAG'} to add it", code=REFUSED)
        if sign == "-" and name not in left:
            remedy = f"it has {', '.join(left) or 'none'}"
            raise Fault(f"there is no tag {name!r}", remedy, code=REFUSED)
        left = [each for each in left if each != name] + ([name] if sign == "+" else [])
    return left


COMMANDS: Final = (note, tag)
