"""`hyperdock events verify`: is the log still what was recorded?"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

import click

from hyperdock_cli.checked_system import Opened, Place, opened
from hyperdock_cli.counted_progress import told_progress
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.place_options import place_options
from hyperdock_cli.rendering.verifications import verification_page
from hyperdock_common.archive import Archive, AuditedLog, BadFile, bad_files, read_manifest
from hyperdock_common.errors import Archived, StorageUnavailable
from hyperdock_common.projections import PROJECTIONS
from hyperdock_common.verifying import Verification, Witness, verify

EPILOG: Final = """\
\b
Exit codes:
  0  the log is what was recorded
  1  it is not
  2  it cannot be verified: nothing is there, or does not answer
"""


class _Anchor(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    name = "POSITION:HASH"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Witness:
        try:
            return Witness.noted(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("verify", epilog=EPILOG)
@place_options
@click.option(
    "--expect",
    type=_Anchor(),
    multiple=True,
    help="An anchor that was noted before: the log must still go through it; may be repeated.",
)
@as_json
def verify_command(place: Place, /, *, expect: tuple[Witness, ...], as_json: bool) -> None:
    """Verify that nothing was changed in the log, taken out, put in or cut off.

    Reads all of it, and its archive, whether the system runs or not, and changes nothing. The views
    and the archive tell how far it once went. Note the anchor that it ends with outside of this
    machine: given back with --expect, it vouches for everything before it.

    \b
    Examples:
      hyperdock events verify
      hyperdock events verify --expect 1042:3f8a…  --json
      hyperdock events verify --mongodb mongodb://db/hyperdock --archive /shared/log
    """  # noqa: D301
    try:
        with opened(replace(place, docker=False), check=False, changes=False) as found:
            verification, files = _verified(found, expect)
    except (Archived, StorageUnavailable) as error:
        raise Fault(f"it cannot be verified: {error}", code=REFUSED) from error
    if as_json:
        told = [
            {"file": each.name, "first": each.first, "last": each.last, "problem": each.problem}
            for each in files
        ]
        show_json({**verification.as_json(), "archive_files": told})
    else:
        show(verification_page(verification, files))
    is_good = verification.is_intact and not files
    click.get_current_context().exit(0 if is_good else 1)


def _verified(found: Opened, expect: Sequence[Witness]) -> tuple[Verification, Sequence[BadFile]]:
    progress = told_progress("verified")
    witnesses = [*expect, *_views(found)]
    while True:
        manifest = read_manifest(found.archive) if found.archive is not None else None
        if manifest is None or found.archive is None:
            found.log.check()
            return verify(found.log, witnesses=witnesses, progress=progress), ()
        archive = Archive(found.archive, manifest)
        if not (files := bad_files(archive, progress)):
            found.log.check()
        itself = Witness(
            name="the archive's manifest", position=manifest.last, chain=manifest.chain
        )
        with closing(AuditedLog(archive, found.store)) as log:
            verification = verify(log, witnesses=[*witnesses, itself], progress=progress)
            files += [bad] if (bad := log.bad_index()) else []
        if verification.is_intact or read_manifest(found.archive) == manifest:
            return verification, files
        # more was archived meanwhile: what seemed missing is there now


def _views(found: Opened) -> list[Witness]:
    if found.views is None:
        return []
    names = [each.schema.name for each in PROJECTIONS]
    return [Witness(name=f"the view {name}", position=found.views.position(name)) for name in names]


COMMANDS: Final = (verify_command,)
