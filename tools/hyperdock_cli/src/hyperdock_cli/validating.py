"""What would become of a trial file: asked of the system that runs, or found out here."""

from pathlib import Path
from typing import Any, Final

import click

from hyperdock_cli.api_client import Doc
from hyperdock_cli.faults import FAILED
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table, fields
from hyperdock_cli.session import Session
from hyperdock_cli.trial_file import TrialFile, loaded
from hyperdock_client import Refused, calls
from hyperdock_common.errors import HyperdockError, InvalidTrial
from hyperdock_common.spec import dump_trial, seeded

_SHOWN: Final = 4
_SEED: Final = 1
_NOT_ASKED: Final = (
    "no system runs: whether its operator and its workers would take it is not known"
)


def validate_file(session: Session, path: Path, changes: tuple[str, ...], *, as_json: bool) -> int:
    """Says what is wrong with a trial file, or what it would do; the exit code."""
    try:
        file = loaded(path, changes)
        told = _asked(session, file)
    except InvalidTrial as error:
        problems = [{"field": each.field, "problem": each.problem} for each in error.problems]
        return _wrong(path, problems, as_json=as_json)
    except Refused as error:
        if not error.problems:
            raise
        problems = [{"field": each.field, "problem": each.problem} for each in error.problems]
        return _wrong(path, problems, as_json=as_json)
    if as_json:
        show_json(told)
    else:
        show(_page(path, told))
    return 0


def _asked(session: Session, file: TrialFile) -> Doc:
    if session.gateway() is None and session.outside.running_url(session.state) is None:
        return _found_out(file)
    with session.client() as client:
        return client.document(calls.validate(file.document, "application/json"))


def _found_out(file: TrialFile) -> Doc:
    """The same without a system; the proposals are those of some seed."""
    from hyperdock_optimizers.preview import first_proposals  # noqa: PLC0415 - takes time to load

    spec = file.spec if file.spec.algorithm.seed is not None else seeded(file.spec, _SEED)
    notes = [_NOT_ASKED]
    if file.spec.algorithm.seed is None:
        notes.append("a seed is drawn when it is submitted; these are the proposals of one seed")
    try:
        proposals = first_proposals(spec, _SHOWN)
    except HyperdockError as error:
        proposals = []
        notes.append(f"no proposals are shown: {error}")
    space = file.spec.parsed_space
    return {
        "valid": True,
        "spec": dump_trial(file.spec),
        "runs_in": file.spec.runs_in,
        "space": {"size": space.size, "dimensions": len(space.dimensions)},
        "proposals": proposals,
        "notes": notes,
    }


def _wrong(path: Path, problems: list[dict[str, str]], *, as_json: bool) -> int:
    if as_json:
        show_json({"valid": False, "problems": problems})
        return FAILED
    for each in problems:
        click.echo(f"{path}: {': '.join(filter(None, each.values()))}", err=True)
    count = len(problems)
    click.echo(f"error: {path} is no valid trial ({count} problem{'s' * (count > 1)})", err=True)
    return FAILED


def _page(path: Path, told: Doc) -> list[Part]:
    space, spec = told["space"], told["spec"]
    size = "continuous" if space["size"] is None else f"{space['size']:,} different params"
    dimensions = space["dimensions"]
    budget = {
        name: value for name, value in (spec.get("budget") or {}).items() if value is not None
    }
    where = {"docker": "Docker containers", "process": "local processes"}
    parts: list[Part] = [
        fields(
            [
                ("valid", str(path)),
                ("name", formats.printable(spec["name"])),
                ("jobs are", where.get(told["runs_in"], "evaluated by programs that ask for them")),
                ("space", f"{size}, {dimensions} dimension{'s' * (dimensions != 1)}"),
                ("algorithm", str(spec["algorithm"]["name"])),
                ("budget", formats.params(budget) or "none: it goes on until it is stopped"),
            ]
        )
    ]
    if told["proposals"]:
        parts.append(_proposals(told["proposals"]))
    parts += [f"note: {formats.printable(each)}" for each in told["notes"]]
    return parts


def _proposals(proposals: list[Any]) -> Table:
    flat = [dict(formats.flat(each)) for each in proposals]
    names = tuple(dict.fromkeys(name for each in flat for name in each))
    rows = [tuple(each.get(name, "-") for name in names) for each in flat]
    return Table(title="first proposals", headings=names, rows=rows)
