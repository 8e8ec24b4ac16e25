"""`hyperdock events export` and `import`: a log in a file, and out of it."""

import os
import sys
import time
import uuid
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import click

from hyperdock_cli.checked_system import Place
from hyperdock_cli.counted_progress import told_progress
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.opened_log import OpenedLog, log_to_fill, log_to_read, release
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show_json
from hyperdock_cli.place_options import place_options
from hyperdock_cli.rendering import formats
from hyperdock_common.durability import sync_folder
from hyperdock_common.errors import NotAsRecorded
from hyperdock_common.lenient_log import LenientLog
from hyperdock_common.projections import PROJECTIONS
from hyperdock_common.transfer import (
    BrokenLog,
    CannotImport,
    DamagedFile,
    Trailer,
    Wanted,
    examine,
    export_events,
    import_examined,
)

_STDOUT: Final = "-"
_PACKED: Final = ".zst"


@click.command("export")
@place_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to: packed with zstd if the name ends in .zst; - for standard output, as plain"
    " lines.  [default: events-FIRST-LAST.ndjson.zst]",
)
@click.option("--after", type=click.IntRange(0), default=0, help="From behind this position on.")
@click.option("--to", type=click.IntRange(0), help="Up to this position.  [default: the last]")
@click.option(
    "--trial", metavar="ID", help="Only this trial's: to be read, it cannot be imported again."
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def export_command(
    place: Place,
    /,
    *,
    output: str | None,
    after: int,
    to: int | None,
    trial: str | None,
    force: bool,
) -> None:
    """Write the log into a file, one event a line, while its system runs or not.

    The file holds each event byte for byte, its hash chain, and what shows that nothing is missing.
    Any other Hyperdock takes it in again with `hyperdock events import`.

    \b
    Examples:
      hyperdock events export -o log.ndjson.zst
      hyperdock events export --mongodb mongodb://db/hyperdock --after 100000
      hyperdock events export -o - --trial awk-branin-k3x7qa | jq .event.type
    """  # noqa: D301
    with log_to_read(place) as opened:
        wanted = _wanted(opened, after, to, trial)
        path = None if output == _STDOUT else Path(output or _name(wanted))
        if path is None:
            trailer = _write(opened, None, wanted)
        else:
            trailer = _write(opened, _free(path, force=force), wanted)
    if path is not None:
        click.echo(
            f"{path}: {trailer.count:,} events up to position {trailer.last:,}, "
            f"{formats.size(path.stat().st_size)}"
        )
        if trailer.chain is not None:
            click.echo(f"anchor {trailer.last}:{trailer.chain}")


def _wanted(opened: OpenedLog, after: int, to: int | None, trial: str | None) -> Wanted:
    head = opened.log.head()
    last = head if to is None else to
    if last > head:
        raise Fault(f"the log ends at position {head}", "give a smaller --to", code=REFUSED)
    if after > last:
        raise Fault(f"nothing stands between --after {after} and {last}", code=REFUSED)
    stream = f"trial-{trial}" if trial else None
    if stream is not None and not LenientLog(opened.log).read(0, 1, stream=stream):
        remedy = "`hyperdock trial list` lists them; the log knows whole ids only"
        raise Fault(f"the log has no trial {trial!r}", remedy, code=REFUSED)
    return Wanted(after=after, to=last, stream=stream, made_at=time.time(), release=release())


def _name(wanted: Wanted) -> str:
    what = f"{wanted.stream}-" if wanted.stream else ""
    return f"events-{what}{wanted.after + 1}-{wanted.to}.ndjson{_PACKED}"


def _free(path: Path, *, force: bool) -> Path:
    if path.is_dir():
        raise Fault(f"{path} is a folder", "name a file in it", code=REFUSED)
    if path.exists() and not force:
        raise Fault(f"{path} is there already", "name another file, or give --force", code=REFUSED)
    if not path.parent.is_dir():
        raise Fault(f"there is no folder {path.parent}", "make it first", code=REFUSED)
    return path


def _write(opened: OpenedLog, path: Path | None, wanted: Wanted) -> Trailer:
    """A file is there as a whole, on the disk, or not at all."""
    progress = told_progress("exported")
    with ExitStack() as stack:
        if path is None:
            file, part = sys.stdout.buffer, None
        else:
            part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
            stack.callback(part.unlink, missing_ok=True)
            file = stack.enter_context(part.open("xb"))
        packed = path is not None and path.name.endswith(_PACKED)
        try:
            trailer = export_events(opened.log, file, replace(wanted, packed=packed), progress)
        except BrokenLog as error:
            raise Fault(str(error)) from error
        file.flush()
        if part is not None and path is not None:
            os.fsync(file.fileno())
            part.replace(path)
            sync_folder(path.parent)
    return trailer


@click.command("import")
@place_options
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verify-only", is_flag=True, help="Examine the file, and import nothing.")
@as_json
def import_command(place: Place, /, *, file: Path, verify_only: bool, as_json: bool) -> None:
    """Put an exported log into an empty state folder or database.

    Or behind the same events: what is there already is compared, so that an import which was ended
    goes on when it is done again. The file is examined as a whole before anything is changed. The
    views are folded when the system starts.

    \b
    Examples:
      hyperdock events import log.ndjson.zst --state ~/copy
      hyperdock events import log.ndjson.zst --mongodb mongodb://db/hyperdock
      hyperdock events import log.ndjson.zst --verify-only
    """  # noqa: D301
    if not file.is_file():
        raise Fault(f"{file} can be read only once", "write it into a file first", code=REFUSED)
    try:
        header, trailer = examine(file, told_progress("examined"))
        if verify_only:
            told = {"events": trailer.count, "first": header.after + 1, "last": trailer.last}
            _tell({**told, "chain": trailer.chain}, f"{file} is whole", as_json=as_json)
            return
        with log_to_fill(place) as opened:
            drop_views = partial(_drop_foreign_views, opened)
            done = import_examined(file, opened.log, told_progress("imported"), drop_views)
    except (DamagedFile, CannotImport, NotAsRecorded) as error:
        raise Fault(str(error)) from error
    told = {"added": done.added, "there": done.there, "last": done.trailer.last}
    text = f"{done.added:,} events imported, {done.there:,} were there already"
    _tell({**told, "chain": done.trailer.chain}, text, as_json=as_json)


def _tell(told: dict[str, int | str | None], text: str, *, as_json: bool) -> None:
    if as_json:
        show_json(told)
        return
    click.echo(f"{text}; the last one is at position {told['last']:,}")
    if told["chain"] is not None:
        click.echo(f"anchor {told['last']}:{told['chain']}")


def _drop_foreign_views(opened: OpenedLog) -> None:
    """Views that are ahead of their log show another one; they would hide what is imported."""
    if opened.views is None:
        return
    head = opened.log.head()
    for name in (each.schema.name for each in PROJECTIONS):
        if opened.views.position(name) > head:
            opened.views.clear(name)


COMMANDS: Final = (export_command, import_command)
