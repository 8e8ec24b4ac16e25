"""`hyperdock events archive`: where may the older part of the log go?"""

import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from hyperdock_cli.checked_system import Place
from hyperdock_cli.counted_progress import told_progress
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.moment_option import Moment
from hyperdock_cli.opened_log import log_to_read, release
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show_json
from hyperdock_cli.place_options import place_options
from hyperdock_cli.rendering import formats
from hyperdock_cli.state_folder import StateFolder
from hyperdock_common.archive import (
    ArchiveBusy,
    Archiving,
    Store,
    archive_prefix,
    last_before,
    read_manifest,
)
from hyperdock_common.errors import NotAsRecorded
from hyperdock_common.json_types import JsonObject
from hyperdock_common.transfer import BrokenLog, raw_section


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Which part of a log to archive; one of these is given."""

    to: int | None
    before: float | None
    keep_last: int | None

    def end(self, store: Store, head: int) -> int:
        """The last position to archive; none below 1."""
        if self.to is not None:
            return self.to
        if self.before is not None:
            return min(last_before(store, self.before), head - 1)
        return head - (self.keep_last or 0)


@click.command()
@place_options
@click.option("--to", type=click.IntRange(1), metavar="POSITION", help="Up to this position.")
@click.option(
    "--before", type=Moment(), help="What was recorded before: 90d ago, or a date and time."
)
@click.option("--keep-last", type=click.IntRange(1), metavar="N", help="All but the last so many.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the archive.  [default: --archive; of a state folder, archive/ in it]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be moved, and move nothing.")
@as_json
def archive(
    place: Place,
    /,
    *,
    to: int | None,
    before: float | None,
    keep_last: int | None,
    into: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Move the older part of the log into files, out of which it is read as before.

    The system may run. What was moved is still shown, searched, replayed and checked: the files
    belong to the log, and need the same care. If it is ended before it is done, do it again.

    All services of a distributed system need the folder, with --archive: give it to them first.

    \b
    Examples:
      hyperdock events archive --before 90d --dry-run
      hyperdock events archive --keep-last 1000000
      hyperdock events archive --mongodb mongodb://db/hyperdock --archive /shared/log --to 500000
    """  # noqa: D301
    if [to, before, keep_last].count(None) != 2:  # noqa: PLR2004 - one of three is given
        raise click.UsageError("give one of --to, --before and --keep-last")
    part = _Part(to=to, before=before, keep_last=keep_last)
    elsewhere = None
    if place.mongodb is None:
        elsewhere = _elsewhere(StateFolder(place.state), into)
    elif into is not None and place.archive is not None and into != place.archive:
        raise click.UsageError("--into and --archive name two archives of one log")
    elif into is not None:
        place = replace(place, archive=into)
    with log_to_read(place, check=False, read_only=dry_run) as opened:
        folder = elsewhere or opened.archive
        if folder is None:
            raise Fault("where is the archive to be?", "give --into FOLDER", code=REFUSED)
        head = opened.store.head()
        end = part.end(opened.store, head)
        if end >= head:
            problem = f"the log ends at position {head}, and its last event stays where it is"
            raise Fault(problem, "name a part that ends before it", code=REFUSED)
        if dry_run or end < 1:
            told = _dry(opened.store, folder, end)
        else:
            link = StateFolder(place.state).archive if elsewhere else None
            told = _archived(opened.store, folder, end, link)
    if as_json:
        show_json(told)
    else:
        click.echo(_text(told, dry_run=dry_run))


def _archived(store: Store, folder: Path, end: int, link: Path | None) -> JsonObject:
    before = read_manifest(folder)
    first = before.last + 1 if before else 1

    def lead_there() -> None:
        """A state folder finds its archive at one place: a link there leads to any other."""
        if link is not None:
            link.symlink_to(folder, target_is_directory=True)

    how = Archiving(
        folder=folder,
        new_id=lambda: str(uuid.uuid4()),
        clock=time.time,
        release=release(),
        ready=lead_there,
    )
    try:
        manifest = archive_prefix(store, end, how, told_progress("archived"))
    except (ArchiveBusy, BrokenLog, NotAsRecorded) as error:
        raise Fault(str(error)) from error
    added = [each for each in manifest.segments if each.last >= first]
    return {
        "folder": str(folder),
        "first": first,
        "last": manifest.last,
        "moved": max(0, manifest.last - first + 1),
        "bytes": sum(each.size for each in added),
        "files": len(added),
    }


def _dry(store: Store, folder: Path, end: int) -> JsonObject:
    mark = store.archived()
    first = mark.position + 1 if mark else 1
    size = sum(len(fact.body) for fact in raw_section(store, first - 1, end))
    return {
        "folder": str(folder),
        "first": first,
        "last": max(end, first - 1),
        "moved": max(0, end - first + 1),
        "bytes": size,
    }


def _text(told: JsonObject, *, dry_run: bool) -> str:
    if not told["last"]:
        return "nothing to move: the log has nothing in that part"
    if not told["moved"]:
        return f"nothing to move: positions up to {told['last']} are in {told['folder']} already"
    what = f"{told['moved']:,} events, positions {told['first']} to {told['last']}"
    size = formats.size(int(str(told["bytes"])))
    if dry_run:
        return f"would move {what}, {size} before they are packed, into {told['folder']}"
    return f"moved {what}, {size} in {told['files']} files, into {told['folder']}"


def _elsewhere(folder: StateFolder, into: Path | None) -> Path | None:
    """Where the archive of a state folder is to be, if not at its own place."""
    if into is None:
        return None
    into = into.expanduser().absolute()
    if into.resolve() == folder.archive.resolve():
        return None
    if folder.archive.exists() or folder.archive.is_symlink():
        problem = f"the archive of this state folder is {folder.archive.resolve()}"
        raise Fault(problem, "leave --into away", code=REFUSED)
    return into


COMMANDS: Final = (archive,)
