"""What verifying a log found, for people."""

from collections.abc import Sequence

from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table
from hyperdock_common.archive import BadFile
from hyperdock_common.verifying import Verification


def verification_page(found: Verification, files: Sequence[BadFile]) -> Sequence[Part]:
    """The findings, the first break first, what was read, and the verdict with the anchor."""
    parts: list[Part] = []
    if files:
        rows = [
            (each.name, f"{each.first} to {each.last}", formats.printable(each.problem))
            for each in files
        ]
        parts.append(Table(headings=("archive file", "positions", "found"), rows=rows))
    if found.findings:
        ordered = sorted(found.findings, key=lambda each: (each.position, each.last))
        rows = [
            (each.where.partition(" ")[2], each.kind.value, formats.printable(each.what))
            for each in ordered
        ]
        parts.append(Table(headings=("position", "kind", "found"), rows=rows))
    parts.append("\n".join(_counted(found)))
    parts.append("\n".join(_verdict(found, files)))
    return parts


def _counted(found: Verification) -> list[str]:
    lines = [f"{found.events:,} events in {found.streams:,} streams, up to position {found.head:,}"]
    if found.unchained:
        lines.append(
            f"{found.unchained:,} were recorded before there was a hash chain: nothing vouches"
            " for them but the anchor of an export"
        )
    if found.archived is not None:
        lines.append(f"positions 1 to {found.archived.position:,} are in an archive: not read")
    lines += [f"not compared with {name}: its position is archived" for name in found.unseen]
    return lines


def _verdict(found: Verification, files: Sequence[BadFile]) -> list[str]:
    count = len(found.findings) + found.unlisted
    lines = []
    if found.first_break is not None:
        lines.append(f"the log first breaks at position {found.first_break}")
    if count:
        unlisted = f", {found.unlisted:,} of them not listed" if found.unlisted else ""
        lines.append(f"{count:,} finding{'s' if count > 1 else ''}{unlisted}")
    if files:
        many = f"{len(files):,} files of the archive are not as they were written"
        lines.append(many if len(files) > 1 else "a file of the archive is not as it was written")
    if found.is_intact and not files:
        lines.append("intact")
    if found.anchor is not None:
        lines.append(f"anchor {found.anchor}")
    return lines
