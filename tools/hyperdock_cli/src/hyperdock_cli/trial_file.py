"""From a trial file and the command line's changes to a document that can be submitted."""

from dataclasses import dataclass
from pathlib import Path

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.overrides import override
from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.spec import TrialSpec, dump_trial, load_document, parse_trial

_LARGEST = 4 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFile:
    """A trial file that was read and found good.

    Attributes:
        document: what to submit: its paths are absolute.
        spec: the same, checked and complete.
    """

    document: JsonObject
    spec: TrialSpec

    def describes(self, recorded: Json) -> bool:
        """Whether a recorded spec is of this file; a seed that the file leaves open may be any."""
        mine = dump_trial(self.spec)
        if self.spec.algorithm.seed is None:
            return _seedless(mine) == _seedless(recorded)
        return mine == recorded


def read_trial_file(path: Path, changes: tuple[str, ...]) -> TrialFile:
    """Reads and checks a trial file.

    Raises:
        Fault: it cannot be read, or names every field at fault.
    """
    try:
        return loaded(path, changes)
    except InvalidTrial as error:
        details = tuple(f"{path}: {problem}" for problem in error.problems)
        count = len(details)
        problem = f"{path} is no valid trial ({count} problem{'s' * (count > 1)})"
        remedy = "nothing was started"
        raise Fault(problem, remedy, details=details, code=REFUSED) from error


def loaded(path: Path, changes: tuple[str, ...]) -> TrialFile:
    """The same for who wants to know the fields at fault.

    Raises:
        InvalidTrial: it names every field at fault.
        Fault: it cannot be read.
    """
    document = override(load_document(_text(path)), changes)
    document = _with_absolute_paths(document, path.absolute().parent)
    return TrialFile(document=document, spec=parse_trial(document))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Fault(f"{path}: {error.strerror}", code=REFUSED) from error
    if len(raw) > _LARGEST:
        raise Fault(f"{path} has {len(raw)} bytes; a trial file may have 4 MiB", code=REFUSED)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault(f"{path} is no text in UTF-8: {error.reason}", code=REFUSED) from error


def _with_absolute_paths(document: JsonObject, folder: Path) -> JsonObject:
    """Relative paths count from the trial file, where a command runs unless it says otherwise.

    Data may also be named by a data root of the workers, `imagenet/train`: then no folder is here.
    """
    changed = dict(document)
    if changed.get("command") is not None and changed.get("image") is None:
        changed.setdefault("working_dir", ".")
    for field in ("data", "working_dir"):
        written = changed.get(field)
        if isinstance(written, str) and written and not _is_of_a_root(folder, written, field):
            changed[field] = str(_place(folder, written, field))
    return changed


def _is_of_a_root(folder: Path, written: str, field: str) -> bool:
    if field != "data" or written.startswith((".", "~", "/")):
        return False
    return not (folder / written).is_dir()


def _place(folder: Path, written: str, field: str) -> Path:
    place = Path(written).expanduser()
    if place.is_absolute():
        return place
    place = (folder / place).resolve()
    if not place.is_dir():
        raise InvalidTrial(field, f"there is no folder {place}")
    return place


def _seedless(spec: Json) -> Json:
    if not isinstance(spec, dict) or not isinstance(spec.get("algorithm"), dict):
        return spec
    return {**spec, "algorithm": {**spec["algorithm"], "seed": None}}  # type: ignore[dict-item]
