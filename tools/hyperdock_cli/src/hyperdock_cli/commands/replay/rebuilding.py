"""`hyperdock replay rebuild, diff, status, revert and drop`."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import click

from hyperdock_cli.checked_system import Opened, Place, opened
from hyperdock_cli.counted_progress import told_progress
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.moment_option import Moment
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show
from hyperdock_cli.place_options import place_options
from hyperdock_cli.rendering.generations import generations_table
from hyperdock_cli.replay_progress import Told
from hyperdock_common.checking import check_views
from hyperdock_common.errors import DecodeError, StorageUnavailable, ViewSwitched
from hyperdock_common.history import position_at
from hyperdock_common.ports import RebuildableViews, Role
from hyperdock_common.projections import PROJECTIONS, Projection
from hyperdock_common.rebuilding import RebuildStopped, fold_on, put_back, rebuild

_VIEWS: Final = tuple(each.schema.name for each in PROJECTIONS)
_MANY: Final = "Of this view; may be repeated.  [default: of all]"

_projections = click.option(
    "--projection", "projections", type=click.Choice(_VIEWS), multiple=True, help=_MANY
)


@click.command("rebuild")
@place_options
@click.option(
    "--projection",
    "projections",
    type=click.Choice(_VIEWS),
    multiple=True,
    help="Rebuild this view; may be repeated.  [default: all]",
)
@click.option(
    "--all", "every", is_flag=True, help="Rebuild all views; the same as no --projection."
)
@click.option("--keep-beside", is_flag=True, help="Build them, and leave the live ones live.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Fold into a new SQLite file instead, for inspection.",
)
@click.option("--to", type=click.IntRange(0), metavar="POSITION", help="As of then; with --into.")
@click.option("--to-time", type=Moment(), help="As of a moment (2h, 3d, a date); with --into.")
@as_json
def rebuild_views(
    place: Place,
    /,
    *,
    projections: tuple[str, ...],
    every: bool,
    keep_beside: bool,
    into: Path | None,
    to: int | None,
    to_time: float | None,
    as_json: bool,
) -> None:
    """Fold the views anew from the log, beside the live ones, and switch to them.

    The system may run meanwhile: it goes on with the old views, and with the new ones from the
    switch on. The old ones are kept until `hyperdock replay drop`. What was interrupted goes on
    where it stopped. Nothing is published or recorded.

    \b
    Examples:
      hyperdock replay rebuild --all
      hyperdock replay rebuild --projection jobs --mongodb mongodb://db/hyperdock
      hyperdock replay rebuild --to-time 2h --into two-hours-ago.db
    """  # noqa: D301
    if every and projections:
        raise click.UsageError("--all and --projection exclude each other")
    if to is not None and to_time is not None:
        raise click.UsageError("--to and --to-time exclude each other")
    if into is None and not (to is None and to_time is None):
        problem = "live views are never moved back: name a file for views as of then with --into"
        raise click.UsageError(problem)
    if into is not None and keep_beside:
        raise click.UsageError("--into and --keep-beside exclude each other")
    wanted = _named(projections)
    with _explained(), opened(replace(place, docker=False)) as found:
        told = Told()
        if into is not None:
            end = position_at(found.log, to_time) if to_time is not None else to
            position = _fold_into(into, wanted, found, end, told)
        else:
            views = _views(found, place)
            position = rebuild(wanted, views, found.log, switch=not keep_beside, tell=told)
    summary: dict[str, Any] = {
        "views": [each.schema.name for each in wanted],
        "position": position,
        **told.summary(),
        "switched": into is None and not keep_beside,
        "into": None if into is None else str(into),
    }
    click.echo(json.dumps(summary) if as_json else _said(summary, into, keep_beside=keep_beside))


@click.command()
@place_options
@_projections
@as_json
def diff(place: Place, /, *, projections: tuple[str, ...], as_json: bool) -> None:
    """Fold the log again, and compare it with the live views document by document.

    The system may run meanwhile. Exit code 1 if something differs; then it names the documents,
    with the first fields that differ and both values.

    \b
    Examples:
      hyperdock replay diff
      hyperdock replay diff --projection jobs --json
    """  # noqa: D301
    wanted = _named(projections)
    with _explained(), opened(replace(place, docker=False), changes=False) as found:
        views = _views(found, place)
        report = check_views(found.log, views, told_progress("compared"), wanted)
    count = report.counts.view_differences
    if as_json:
        told = [{"where": each.where, "what": each.what} for each in report.findings]
        summary = {"documents": report.counts.documents, "differences": count, "found": told}
        click.echo(json.dumps(summary))
    else:
        for each in report.findings:
            click.echo(f"{each.where}: {each.what}")
        verdict = f"{count:,} differ" if count else "no difference"
        click.echo(f"{report.counts.documents:,} documents compared: {verdict}")
    click.get_current_context().exit(0 if report.is_clean else 1)


@click.command()
@place_options
@as_json
def status(place: Place, /, *, as_json: bool) -> None:
    """Show the generations of the views: live, beside, and before, and how far each is.

    \b
    Examples:
      hyperdock replay status
      hyperdock replay status --mongodb mongodb://db/hyperdock
    """  # noqa: D301
    with _explained(), opened(replace(place, docker=False), changes=False) as found:
        known = {each.schema.name for each in PROJECTIONS}  # others follow no facts
        found_all = _views(found, place).generations.generations()
        generations = [each for each in found_all if each.view in known]
        head = found.log.head()
    if as_json:
        click.echo(
            json.dumps({"head": head, "generations": [asdict(each) for each in generations]})
        )
    else:
        show([generations_table(generations, head)])


@click.command()
@place_options
@_projections
def revert(place: Place, /, *, projections: tuple[str, ...]) -> None:
    """Put the views from before the last switch back, folded on to the log's end.

    Those that were live are kept in their place: a second revert undoes the first.

    \b
    Examples:
      hyperdock replay revert
      hyperdock replay revert --projection jobs
    """  # noqa: D301
    with _explained(), opened(replace(place, docker=False)) as found:
        views = _views(found, place)
        kept = _in_role(views, Role.BEFORE, projections)
        position = put_back(_named(kept), views, found.log, tell=Told())
    click.echo(f"the views {', '.join(kept)} from before are live, at position {position:,}")


@click.command()
@place_options
@_projections
@click.option("--beside", "role", flag_value=Role.BESIDE.value, help="The unfinished ones only.")
@click.option("--before", "role", flag_value=Role.BEFORE.value, help="The old ones only.")
def drop(place: Place, /, *, projections: tuple[str, ...], role: str | None) -> None:
    """Remove views that are not live: the old ones, and those that were left unfinished.

    \b
    Examples:
      hyperdock replay drop
      hyperdock replay drop --projection jobs
    """  # noqa: D301
    roles = (Role.BESIDE, Role.BEFORE) if role is None else (Role(role),)
    dropped = 0
    with _explained(), opened(replace(place, docker=False)) as found:
        generations = _views(found, place).generations
        for view in projections or _VIEWS:
            dropped += sum(generations.drop(view, each) for each in roles)
    click.echo(f"{dropped} generations dropped")


COMMANDS: Final[tuple[click.Command, ...]] = (rebuild_views, diff, status, revert, drop)


def _named(names: Sequence[str]) -> list[Projection]:
    return [each for each in PROJECTIONS if not names or each.schema.name in names]


def _views(found: Opened, place: Place) -> RebuildableViews:
    if found.views is None:
        problem = f"there are no views in the state folder {place.state}"
        raise Fault(problem, "they are made at the next start", code=REFUSED)
    return found.views


def _in_role(views: RebuildableViews, role: Role, names: Sequence[str]) -> list[str]:
    there = [each.view for each in views.generations.generations() if each.role is role]
    missing = [name for name in names if name not in there]
    if missing or not there:
        problem = f"nothing is kept from before of {', '.join(missing) or 'any view'}"
        raise Fault(problem, "`hyperdock replay status` shows what there is", code=REFUSED)
    return [name for name in there if not names or name in names]


def _fold_into(
    path: Path, wanted: Sequence[Projection], found: Opened, to: int | None, told: Told
) -> int:
    from hyperdock_common.adapters.sqlite_views import SqliteViewStore  # noqa: PLC0415 - slow

    if path.exists():
        raise Fault(f"{path} exists", "name a new file", code=REFUSED)
    part = path.with_name(f"{path.name}.part")
    _remove(part)  # of one that was killed
    try:
        with closing(SqliteViewStore(part, [each.schema for each in wanted])) as views:
            position = fold_on(wanted, views, found.log, to=to, tell=told)
        part.rename(path)
    finally:
        _remove(part)
    return position


def _remove(path: Path) -> None:
    """A SQLite file, with those that it has while it is open."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _explained() -> Iterator[None]:
    """What cannot be done in the words that a person is shown."""
    try:
        yield
    except RebuildStopped as error:
        raise Fault(error.problem, error.remedy) from error
    except ViewSwitched as error:
        problem = f"the view {error.view} was switched or dropped by another command meanwhile"
        raise Fault(problem, "`hyperdock replay status` shows what there is") from error
    except (StorageUnavailable, DecodeError) as error:
        raise Fault(f"the log or the views cannot be used: {error}", code=REFUSED) from error


def _said(summary: dict[str, Any], into: Path | None, *, keep_beside: bool) -> str:
    names, position = ", ".join(summary["views"]), summary["position"]
    cost = f"{summary['events']:,} events in {summary['seconds']:.1f} s"
    if into is not None:
        return f"{into}: the views {names} as of position {position:,} ({cost})"
    if keep_beside:
        return f"the views {names} stand beside the live ones at position {position:,} ({cost})"
    return (
        f"the views {names} were folded anew up to position {position:,} ({cost}) and are live\n"
        "the old ones are kept: `hyperdock replay revert` puts them back, `drop` removes them"
    )
